"""Addresses that untrusted text may name and that nobody must ever reach: one table for every way in."""

from __future__ import annotations

# {p} is the port of a canary that listens on 127.0.0.1 and ::1.
VECTORS = (
    "http://127.0.0.1:{p}/ http://127.0.0.1.:{p}/ http://127.1:{p}/ http://127.0.1:{p}/ http://2130706433:{p}/ http://017700000001:{p}/ "
    "http://0177.0.0.1:{p}/ http://0x7f.0.0.1:{p}/ http://0x7f000001:{p}/ http://0x7f.1:{p}/ http://0:{p}/ http://0.0.0.0:{p}/ "
    "http://127.0.0.1:{p}/feed.xml http://localhost:{p}/ http://LOCALHOST:{p}/ http://localhost.:{p}/ http://localhost.localdomain:{p}/ "
    "http://ip6-localhost:{p}/ http://[::1]:{p}/ http://[::]:{p}/ http://[0:0:0:0:0:0:0:1]:{p}/ http://[::ffff:127.0.0.1]:{p}/ "
    "http://[::ffff:7f00:1]:{p}/ http://[::127.0.0.1]:{p}/ http://[64:ff9b::127.0.0.1]:{p}/ http://[2002:7f00:1::]:{p}/ "
    "http://[::1%25lo]:{p}/ http://[::1%lo]:{p}/ http://①②⑦.⓪.⓪.①:{p}/ http://１２７.0.0.1:{p}/ http://127。0。0。1:{p}/ http://127．0．0．1:{p}/ "
    "http://ⓛocalhost:{p}/ http://loc%61lhost:{p}/ http://127.0.0.1%2f:{p}/ http://%31%32%37.0.0.1:{p}/ http://user@127.0.0.1:{p}/ "
    "http://example.org@127.0.0.1:{p}/ http://127.0.0.1:{p}\\@example.org/ http://example.org\\@127.0.0.1:{p}/ http://127.0.0.1:{p}#@example.org/ "
    "http://example.org#@127.0.0.1:{p}/ http:\\\\127.0.0.1:{p}/ http:/127.0.0.1:{p}/ http:127.0.0.1:{p}/ //127.0.0.1:{p}/ ///127.0.0.1:{p}/ "
    "HTTP://127.0.0.1:{p}/ hTTps://127.0.0.1:{p}/ file:///etc/passwd file://localhost/etc/passwd gopher://127.0.0.1:{p}/ ftp://127.0.0.1:{p}/ "
    "dict://127.0.0.1:{p}/ ldap://127.0.0.1:{p}/ unix:///var/run/docker.sock data:text/xml,<rss/> javascript:alert(1) jar:http://127.0.0.1:{p}/!/ "
    "feed:http://127.0.0.1:{p}/ view-source:http://127.0.0.1:{p}/ http://127.0.0.1:{p}\t/ http://127.0.0.1:{p}\n/ http://\x00127.0.0.1:{p}/ "
    "http:// http://: http:///{p} http://169.254.169.254/latest/meta-data http://metadata.google.internal/ http://[fd00:ec2::254]/ "
    "http://127.0.0.1:22/ http://127.0.0.1:6379/ http://0xA9FEA9FE/ http://2852039166/ http://10.0.0.1/ http://192.168.0.1:8080/ "
    "http://100.64.0.1:{p}/ http://100.127.255.254/ http://255.255.255.255:{p}/ http://224.0.0.1/ http://239.255.255.250:{p}/ http://240.0.0.1/ "
    "http://169.254.169.254.:{p}/ http://169.254.43518/ http://0251.0376.0251.0376/ http://[fe80::1]/ http://[fe80::1%25eth0]:{p}/ "
    "http://[fc00::1]:{p}/ http://[fec0::1]/ http://[ff02::1]/ http://[::ffff:a9fe:a9fe]/ http://[64:ff9b::a9fe:a9fe]/ http://[64:ff9b:1::1]/ "
    "http://[2001::1]/ http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:{p}/ http://[2002:a9fe:a9fe::]/ http://[::ffff:0:127.0.0.1]:{p}/ "
    "http://172.16.0.1/ http://192.0.2.1/ http://198.18.0.1/ http://192.88.99.1/ http://127.127.127.127:{p}/ http://127.0.0.1:{p}. "
    "http://127.0.0.1:0{p}/ http://127.0.0.01:{p}/ http://0x7F.0x0.0x0.0x1:{p}/ http://00000177.0.0.1:{p}/ http://127.00000.1:{p}/ "
    "http://4294967295/ http://18446744071562067969:{p}/ http://127.0.0.1:{p}:80/ http://:@127.0.0.1:{p}/ http://127.0.0.1%00.example.org:{p}/ "
    "http://127.0.0.1:65536/ http://127.0.0.1:-1/ http://١٢٧.٠.٠.١:{p}/ http://१२७.०.०.१:{p}/ http://127.0.0.1\u200b:{p}/ http://[::1]]:{p}/ "
    "http://[::1:{p}/ http://::1:{p}/ http://127.0.0.1.nip.example:{p}/ http://localtest.example:{p}/ http://kubernetes.default.svc:{p}/ "
    "ws://127.0.0.1:{p}/ sftp://127.0.0.1:{p}/ tftp://127.0.0.1:{p}/ netdoc:///etc/passwd php://filter smb://127.0.0.1/ blob:http://127.0.0.1:{p}/"
).split(" ")
