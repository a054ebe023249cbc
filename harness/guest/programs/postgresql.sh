# PostgreSQL with pgbench. The dump through the ring must equal the dump through TCP.
PATH=/usr/lib/postgresql/15/bin:$PATH
export PGHOST=127.0.0.1 PGPORT=7432 PGUSER=nobody PGDATABASE=postgres
mkdir -p /tmp/pg
chown nobody /tmp/pg
su -s /bin/sh nobody -c 'exec initdb -D /tmp/pg/data -U nobody --no-locale -E UTF8 -N' >/tmp/initdb.log
su -s /bin/sh nobody -c 'exec postgres -D /tmp/pg/data -p 7432 -k /tmp/pg -c fsync=off -c jit=off \
	-c listen_addresses=127.0.0.1' >/tmp/postgres.log 2>&1 &
server=$!
until psql -c 'select 1' >/dev/null 2>&1; do sleep 0.2; done

pgbench -q -i -s 1 2>/dev/null
pgbench -c 8 -j 2 -t 100 -M prepared
pgbench -n -c 4 -j 2 -t 100 -S
sums=$(psql -At -c 'select (select sum(abalance) from pgbench_accounts), (select sum(tbalance) from pgbench_tellers),
	(select sum(bbalance) from pgbench_branches), (select sum(delta) from pgbench_history)')
echo "sums of the balances: $sums"
[ "$(echo "$sums" | tr '|' '\n' | sort -u | wc -l)" = 1 ]

pg_dump >/tmp/spliced.sql
# Outside of the cgroup the connection uses TCP.
sh -c 'echo $$ >/sys/fs/cgroup/cgroup.procs; exec pg_dump' >/tmp/plain.sql
grep -v '^\\' /tmp/spliced.sql >/tmp/spliced
grep -v '^\\' /tmp/plain.sql | cmp - /tmp/spliced
[ "$(wc -c </tmp/spliced)" -gt 5000000 ]
kill -INT $server
wait $server
