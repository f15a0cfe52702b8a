-- A key and the one that takes its place work side by side, until the older one's end.
ALTER TABLE "ServiceKey" ADD COLUMN     "replacedById" TEXT;
CREATE UNIQUE INDEX "ServiceKey_replacedById_key" ON "ServiceKey"("replacedById");
ALTER TABLE "ServiceKey" ADD CONSTRAINT "ServiceKey_replaced_ends" CHECK ("replacedById" IS NULL OR "expiresAt" IS NOT NULL);
