#!/bin/sh
# Starts the broker and, once it is up, sets the limits of definitions.json. (Loading them at boot would leave out the first user.)
set -eu
{
    until [ -s /var/lib/rabbitmq/.erlang.cookie ]; do sleep 1; done
    rabbitmqctl await_startup --timeout 120
    rabbitmqctl import_definitions /etc/exchange/definitions.json
} &
exec docker-entrypoint.sh rabbitmq-server
