# Redis, with its own benchmark, and with values that are read back.
redis-server --port 7001 --bind 127.0.0.1 --save '' --dir /tmp >/tmp/redis.log &
server=$!
until redis-cli -p 7001 ping >/dev/null 2>&1; do sleep 0.1; done

redis-benchmark -p 7001 -c 20 -n 4000 -d 300 -t set,get,lpush,lrange_100 -q
redis-benchmark -p 7001 -c 5 -n 20000 -P 16 -r 1000 -t set,get -q

awk 'BEGIN { for (i = 0; i < 2000; i++) printf "SET key:%d value-%d-%d\n", i, i, i * 7919 }' >/tmp/set
awk '{ print "GET", $2 }' /tmp/set >/tmp/get
awk '{ print $3 }' /tmp/set >/tmp/expected
redis-cli -p 7001 </tmp/set >/dev/null
redis-cli -p 7001 </tmp/get >/tmp/got
cmp /tmp/expected /tmp/got

head -c 6000000 /dev/urandom | base64 -w 0 >/tmp/large
redis-cli -p 7001 -x set large </tmp/large >/dev/null
redis-cli -p 7001 --raw get large | head -c "$(wc -c </tmp/large)" | cmp - /tmp/large

redis-cli -p 7001 shutdown nosave || true
wait $server
