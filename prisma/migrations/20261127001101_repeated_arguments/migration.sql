-- Every gateway reads with its policy which arguments are repeated in headers: of all definitions just these.
CREATE INDEX "Tool_repeated_arguments_idx" ON "Tool"("connectionId")
  WHERE position('x-mcp-header' IN "definition"::text) > 0 AND "removedAt" IS NULL;
