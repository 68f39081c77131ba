#!/bin/sh
# Runs once, after roles.sql, when the database's volume is new.
set -eu
: "${EXCHANGE_CATALOG_PASSWORD:?set it in deploy/.env}"
: "${EXCHANGE_GATEWAY_PASSWORD:?set it in deploy/.env}"
psql -v ON_ERROR_STOP=1 -v catalog="$EXCHANGE_CATALOG_PASSWORD" -v gateway="$EXCHANGE_GATEWAY_PASSWORD" \
    -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
ALTER ROLE exchange_catalog PASSWORD :'catalog';
ALTER ROLE exchange_gateway PASSWORD :'gateway';
SQL
