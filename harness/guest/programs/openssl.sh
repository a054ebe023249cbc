# TLS in user space by s_server and s_client; and TLS in the kernel, which makes the sockets leave the ring.
cd /tmp
printf '[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = localhost\n' >req.cnf
openssl req -config req.cnf -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 2>/dev/null
head -c 4000000 /dev/urandom | base64 -w 70 >body
echo >user.cnf
printf 'openssl_conf = all\n[all]\nssl_conf = tls\n[tls]\nsystem_default = each\n[each]\nOptions = KTLS\n' >kernel.cnf
in_kernel() { awk '/^TlsTxSw/ { print $2 }' /proc/net/tls_stat; }

for place in user kernel; do
	export OPENSSL_CONF=/tmp/$place.cnf
	openssl s_server -accept 7443 -cert cert.pem -key key.pem -WWW >/tmp/s_server.log 2>&1 &
	server=$!
	until ss -ltn | grep -q :7443; do sleep 0.1; done
	for i in 1 2 3; do
		printf 'GET /body HTTP/1.0\r\n\r\n' |
			openssl s_client -connect 127.0.0.1:7443 -quiet -ign_eof 2>/dev/null >answer
		# The header ends with an empty line.
		awk 'body { print } /^\r?$/ { body = 1 }' answer | cmp - body
	done
	kill $server
	wait $server || true
	echo "openssl, TLS of the $place: the bodies came whole, $(in_kernel) connections of the kernel's"
	[ $place = kernel ] || [ "$(in_kernel)" = 0 ]
done
[ "$(in_kernel)" -ge 3 ]
