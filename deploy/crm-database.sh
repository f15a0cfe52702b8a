#!/bin/sh
# Run once by the database's image: the sample CRM has a database and a user of its own, who may nothing in Countersign's.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$CRM_DATABASE_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE crm LOGIN PASSWORD :'password';
CREATE DATABASE crm OWNER crm;
SQL
