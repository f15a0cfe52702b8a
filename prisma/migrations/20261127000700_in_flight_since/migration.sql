-- From when on a gateway that dies can have left calls in flight, by its own clock as in "Call": whoever closes them need
-- not read every call since it started, nor trust that two clocks agree.
ALTER TABLE "GatewayReplica" ADD COLUMN "inFlightSince" TIMESTAMPTZ(6);
GRANT UPDATE ("inFlightSince") ON "GatewayReplica" TO countersign_gateway;
