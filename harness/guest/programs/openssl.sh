# TLS in user space by s_server and s_client; and in the kernel, for which the ring is left.
cd /tmp
printf '[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = localhost\n' >req.cnf
openssl req -config req.cnf -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 2>/dev/null
head -c 4000000 /dev/urandom | base64 -w 70 >body

for kernel in '' -ktls; do
	openssl s_server -accept 7443 -cert cert.pem -key key.pem -WWW $kernel >/tmp/s_server.log 2>&1 &
	server=$!
	sleep 2
	for i in 1 2 3; do
		printf 'GET /body HTTP/1.0\r\n\r\n' |
			openssl s_client -connect 127.0.0.1:7443 -quiet -ign_eof $kernel 2>/dev/null >answer
		# The header ends with an empty line.
		awk 'body { print } /^\r?$/ { body = 1 }' answer | cmp - body
	done
	kill $server
	wait $server || true
	echo "openssl $kernel: the bodies came whole"
done
