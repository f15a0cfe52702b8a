-- What a connection's server may not ask of clients.
CREATE TYPE "ServerQuestion" AS ENUM ('sampling', 'elicitation', 'roots');
ALTER TABLE "Connection" ADD COLUMN "refuse" "ServerQuestion"[] DEFAULT ARRAY[]::"ServerQuestion"[];
