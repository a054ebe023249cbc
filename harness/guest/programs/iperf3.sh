# iperf3 in both directions, one after the other and at the same time.
iperf3 -s -p 7004 >/tmp/iperf3.log &
server=$!
until ss -ltn | grep -q :7004; do sleep 0.1; done
for way in '' -R --bidir '-P 4' '-Z' '-l 7'; do
	echo "iperf3 $way"
	iperf3 -c 127.0.0.1 -p 7004 -t 1 $way >/tmp/iperf3
	grep -E 'sender|receiver' /tmp/iperf3
done
iperf3 -c 127.0.0.1 -p 7004 -n 50M --json >/tmp/iperf3
sums=$(awk '/"sum_(sent|received)"/ { on = 1 } on && /"bytes"/ { print $2; on = 0 }' /tmp/iperf3 | sort -u)
echo "bytes sent and received: $sums"
# The server stops reading once its other connection reports the end of the test.
[ "$(echo "$sums" | tr -dc '0-9\n' | sort -n | head -1)" -ge 45000000 ]
kill $server
