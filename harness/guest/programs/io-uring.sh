# An echo server and its clients over io_uring, multishot and not.
zerohop-io-uring-echo
