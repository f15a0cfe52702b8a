#!/bin/sh
# Makes the secrets that compose.yaml asks for, once: what they seal could not be opened with others.
set -eu
cd "$(dirname "$0")"

if [ -e .env ]; then
  echo "deploy/.env is there already and stays as it is."
  exit 0
fi

# Hexadecimal, since some of them stand in URLs.
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
{
  echo "COUNTERSIGN_SECRET=$(random)"
  echo "DATABASE_PASSWORD=$(random)"
  echo "GATEWAY_DATABASE_PASSWORD=$(random)"
  echo "CRM_DATABASE_PASSWORD=$(random)"
  echo "CRM_TOKEN=$(random)"
  echo "OIDC_CLIENT_SECRET=$(random)"
} >.env.draft
mv .env.draft .env
echo "Made deploy/.env. Keep a copy of COUNTERSIGN_SECRET where the database's backups are not."
