-- Roles and schemas of the platform's database. Run once by a superuser, in the platform's database; may be run again.
-- Each schema has one writer. Passwords are set by the installer: ALTER ROLE exchange_catalog PASSWORD '…'.

DO $roles$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'exchange_catalog') THEN
        CREATE ROLE exchange_catalog LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'exchange_gateway') THEN
        CREATE ROLE exchange_gateway LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
END
$roles$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Written by the catalogue service only.
CREATE SCHEMA IF NOT EXISTS catalog AUTHORIZATION exchange_catalog;
CREATE SCHEMA IF NOT EXISTS store AUTHORIZATION exchange_catalog;

-- Written by the gateway only.
CREATE SCHEMA IF NOT EXISTS audit AUTHORIZATION exchange_gateway;
CREATE SCHEMA IF NOT EXISTS delivery AUTHORIZATION exchange_gateway;

-- The gateway reads what the catalogue service writes, and nothing the other way round.
GRANT USAGE ON SCHEMA catalog, store TO exchange_gateway;
GRANT SELECT ON ALL TABLES IN SCHEMA catalog, store TO exchange_gateway;
ALTER DEFAULT PRIVILEGES FOR ROLE exchange_catalog IN SCHEMA catalog GRANT SELECT ON TABLES TO exchange_gateway;
ALTER DEFAULT PRIVILEGES FOR ROLE exchange_catalog IN SCHEMA store GRANT SELECT ON TABLES TO exchange_gateway;

-- The catalogue service makes temporary tables for batches that must be merged.
DO $database$
BEGIN
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO exchange_catalog', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO exchange_gateway', current_database());
END
$database$;
