-- What a governed call writes again and again must stay on its page: an update that finds room beside its row, and
-- changes nothing that is indexed by row, leaves every index alone (heap-only tuples; PostgreSQL 16 also with BRIN).

DROP INDEX "SessionChain_updatedAt_idx";
CREATE INDEX "SessionChain_updatedAt_idx" ON "SessionChain" USING BRIN ("updatedAt");
-- One row for each boot of a gateway: read whole.
DROP INDEX "AuditChain_updatedAt_idx";

ALTER TABLE "SessionChain" SET (fillfactor = 50);
ALTER TABLE "AuditChain" SET (fillfactor = 20);
ALTER TABLE "Session" SET (fillfactor = 80);
-- Opened by one batch and closed by a later one.
ALTER TABLE "Call" SET (fillfactor = 55);
