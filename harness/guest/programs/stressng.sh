# stress-ng's socket stressors, with its own checks.
cd /tmp
stress-ng --verify --timeout 60 --sock 2 --sock-domain ipv4 --sock-ops 3000
stress-ng --verify --timeout 60 --sock 2 --sock-domain ipv6 --sock-type stream --sock-opts random --sock-ops 3000
stress-ng --verify --timeout 60 --sock 1 --sock-domain ipv4 --sock-nodelay --sock-opts sendmmsg --sock-ops 2000
stress-ng --verify --timeout 60 --sockmany 1 --sockmany-ops 10
stress-ng --verify --timeout 60 --epoll 2 --epoll-domain ipv4 --epoll-ops 2000
