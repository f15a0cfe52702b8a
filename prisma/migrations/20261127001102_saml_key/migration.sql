-- What SAML providers encrypt assertions to: one pair of keys of this installation, made when it is first asked for.
CREATE TABLE "SamlKey" (
    "id" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "privateKeySealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SamlKey_pkey" PRIMARY KEY ("id")
);
