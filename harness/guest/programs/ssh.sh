# ssh and scp to this host.
mkdir -p /run/sshd /tmp/ssh
cd /tmp/ssh
grep -q '^sshd:' /etc/passwd || echo 'sshd:x:101:65534::/run/sshd:/bin/false' >>/etc/passwd
ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t ed25519 -N '' -f user
chmod 700 /tmp/ssh
/usr/sbin/sshd -D -p 7022 -h /tmp/ssh/host -o AuthorizedKeysFile=/tmp/ssh/user.pub -o StrictModes=no \
	-o Subsystem='sftp /usr/lib/openssh/sftp-server' -f /dev/null -E /tmp/sshd.log &
server=$!
options='-i /tmp/ssh/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'
head -c 8000000 /dev/urandom >file
for i in $(seq 50); do
	ssh $options -p 7022 root@127.0.0.1 true && break
	sleep 0.2
done

ssh $options -p 7022 root@127.0.0.1 'cat >/tmp/ssh/there' <file
cmp file there
ssh $options -p 7022 root@127.0.0.1 'cat /tmp/ssh/there' | cmp - file
scp -q $options -P 7022 file root@127.0.0.1:/tmp/ssh/copied
scp -q $options -P 7022 root@127.0.0.1:/tmp/ssh/copied back
cmp file back
ssh $options -p 7022 root@127.0.0.1 'exit 7' && exit 1 || [ $? = 7 ]
echo 'ssh: the files came whole'
kill $server
