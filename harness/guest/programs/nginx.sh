# nginx: files by sendfile(), whole and in part, to curl, which compares them, and to wrk.
mkdir -p /tmp/www
cat >/tmp/nginx.conf <<'END'
daemon off;
worker_processes 2;
error_log /tmp/nginx.log;
pid /tmp/nginx.pid;
events { worker_connections 256; }
http {
	access_log off;
	sendfile on;
	client_body_temp_path /tmp/body;
	proxy_temp_path /tmp/proxy;
	fastcgi_temp_path /tmp/fastcgi;
	uwsgi_temp_path /tmp/uwsgi;
	scgi_temp_path /tmp/scgi;
	server { listen 127.0.0.1:7002; root /tmp/www; client_max_body_size 0; }
	server {
		listen 127.0.0.1:7003;
		tcp_nopush on;
		location / { proxy_pass http://127.0.0.1:7002; proxy_buffers 4 4k; }
	}
}
END
for size in 0 1 1000 65536 300001 20000000; do head -c $size /dev/urandom >/tmp/www/$size; done
nginx -c /tmp/nginx.conf -e /tmp/nginx.log &
server=$!
until curl -sf http://127.0.0.1:7002/1 >/dev/null; do sleep 0.1; done

for port in 7002 7003; do
	for size in 0 1 1000 65536 300001 20000000; do
		curl -sf http://127.0.0.1:$port/$size | cmp - /tmp/www/$size
	done
	curl -sf -r 100000-5000000 http://127.0.0.1:$port/20000000 >/tmp/part
	dd if=/tmp/www/20000000 bs=1000 skip=100 count=4901 2>/dev/null | head -c 4900001 | cmp - /tmp/part
	curl -sf "http://127.0.0.1:$port/[1-1][0-0]00" "http://127.0.0.1:$port/65536" >/tmp/both
	cat /tmp/www/1000 /tmp/www/65536 | cmp - /tmp/both
	wrk -t 2 -c 20 -d 3 http://127.0.0.1:$port/1000 >/tmp/wrk
	cat /tmp/wrk
	! grep -E 'Socket errors|Non-2xx' /tmp/wrk
done
kill $server
wait $server
