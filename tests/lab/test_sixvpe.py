"""VPNv6 over a core that has IPv4 only (RFC 4659): the core router's links have IPv6 switched off."""

from ipaddress import IPv6Address

from lab import kernel
from lab.bird import Bird
from lab.capture import Capture
from lab.discovery import lab as limits
from lab.frr import Frr
from lab.l3vpn import AS, TRANSPORT
from lab.vrfd import Vrfd
from lab.wait import expect, expect_equal, wait_for

TABLE = 1001
SECOND_NAME = "fe80::5652:4644:ac10:{site}fe"   # of the core router 172.16.SITE.254 at vrfd


def ce_address(site):
    return f"2001:db8:10{site}::1"


def ce_network(site):
    return f"2001:db8:10{site}::/48"


def rd(site):
    return f"65000:{site}"


class SixVpe:
    """ce1 ── pe1 ── p ── pe2 ── ce2; site n: link 2001:db8:n::/64 (PE ::1, CE ::2), network 2001:db8:10n::/48."""

    def __init__(self, lab):
        self.lab = lab
        self.p = lab.node("p")
        self.pes = {site: lab.node(f"pe{site}") for site in (1, 2)}
        self.ces = {site: lab.node(f"ce{site}") for site in (1, 2)}
        self.pe = {}
        for site in (1, 2):
            self._wire(site)
        lab.router(self.p, ["pe1", "pe2"])

    def _wire(self, site):
        lab, pe, ce = self.lab, self.pes[site], self.ces[site]
        lab.link((pe, "core", f"172.16.{site}.1/24"), (self.p, f"pe{site}", f"172.16.{site}.254/24"))
        lab.address(pe, "lo", f"10.255.0.{site}/32")
        lab.command(self.p, f"-f mpls route add {TRANSPORT[site]} via inet 172.16.{site}.1 dev pe{site}",
                    f"route add 10.255.0.{site}/32 via 172.16.{site}.1")
        lab.link((pe, "ce", f"2001:db8:{site}::1/64", f"10.{site}.0.1/24"), (ce, "eth0", f"2001:db8:{site}::2/64"))
        lab.address(ce, "lo", f"{ce_address(site)}/128")

    def build(self, frr_site=None):
        for site, pe in self.pes.items():
            if site == frr_site:
                self.lab.vrf(pe, "red", TABLE, "ce")
                self.lab.router(pe, ["core"])
            else:
                self.lab.command(pe, f"route add 10.255.0.{3 - site}/32 encap mpls {TRANSPORT[3 - site]} via "
                                     f"172.16.{site}.254 dev core src 10.255.0.{site}")
        self.lab.build()
        for site in (1, 2):
            self.p.sysctl(f"net/ipv6/conf/pe{site}/disable_ipv6", 1)
            if site != frr_site:   # the address outlives the way into the VRF
                self.pes[site].sysctl("net/ipv6/conf/all/keep_addr_on_down", 1)

    def start(self, frr_site=None):
        self.build(frr_site)
        for site, pe in self.pes.items():
            router = Frr(pe, frr_config(site)) if site == frr_site else Vrfd(pe, vrfd_config(site))
            self.pe[site] = router.start()
        for site, ce in self.ces.items():
            Bird(ce, bird_config(site)).start()
        return self

    def ping(self, site, count=3):
        return self.ces[site].ping(ce_address(3 - site), source=ce_address(site), count=count)


def vrfd_config(site):
    any_policy = {"import_policy": "any", "export_policy": "any"}
    return {
        "as": AS, "router_id": f"10.255.0.{site}", "core_interfaces": ["core"],
        "peers": {f"10.255.0.{3 - site}": {"as": AS, "update_source": f"10.255.0.{site}", "connect_retry": 1,
                                           "families": {"vpnv6": {}}}},
        "vpn_instances": {"red": {
            "rd": rd(site), "import_targets": ["65000:100"], "export_targets": ["65000:100"], "table": TABLE,
            "interfaces": ["ce"], "import_routes": ["direct"],
            "peers": {f"2001:db8:{site}::2": {"as": 65100 + site, "connect_retry": 1, "families": {"ipv6": any_policy}}}}},
        "policies": {"any": [{"then": "accept"}]},
    }


def bird_config(site):
    return f"""router id 10.{site}.0.2;
protocol static {{ ipv6; route {ce_network(site)} via "lo"; }}
protocol kernel {{ ipv6 {{ import none; export where source = RTS_BGP && net != 2001:db8:{site}::/64; }}; }}
protocol bgp uplink {{ local 2001:db8:{site}::2 as {65100 + site}; neighbor 2001:db8:{site}::1 as {AS};
  connect delay time 1; connect retry time 1; ipv6 {{ import all; export where source = RTS_STATIC; }}; }}
"""


def frr_config(site):
    far = 3 - site
    return f"""ip route 10.255.0.{far}/32 172.16.{site}.254 label {TRANSPORT[far]}
router bgp {AS}
 bgp router-id 10.255.0.{site}
 no bgp default ipv4-unicast
 neighbor 10.255.0.{far} remote-as {AS}
 neighbor 10.255.0.{far} update-source 10.255.0.{site}
 neighbor 10.255.0.{far} timers connect 1
 address-family ipv6 vpn
  neighbor 10.255.0.{far} activate
 exit-address-family
exit
router bgp {AS} vrf red
 bgp router-id 10.255.0.{site}
 no bgp ebgp-requires-policy
 neighbor 2001:db8:{site}::2 remote-as {65100 + site}
 neighbor 2001:db8:{site}::2 timers connect 1
 address-family ipv6 unicast
  neighbor 2001:db8:{site}::2 activate
  redistribute connected
  label vpn export auto
  rd vpn export {rd(site)}
  rt vpn both 65000:100
  export vpn
  import vpn
 exit-address-family
exit
"""


def far_route(bench, site):
    return kernel.table(bench.pes[site], TABLE, "-6").get(ce_network(3 - site))


def core_router_address(bench, site):
    return bench.p.ip_json("link", "show", "dev", f"pe{site}")[0]["address"]


def entry(bench, site):
    """vrfd's neighbour entry: name → link-layer address."""
    found = bench.pes[site].ip_json("-6", "neigh", "show", "proto", "201")
    return {one["dst"]: one["lladdr"] for one in found}


def label_of(bench, site):
    return bench.pe[site].instance("red")["label"]


@limits(timeout=240, weight=60)
def test_vpnv6_over_an_ipv4_core(lab):
    """Pings both ways with both labels; the kernel's gateway follows the core router's link-layer address."""
    bench = SixVpe(lab).start()
    for site in (1, 2):
        wait_for(lambda: far_route(bench, site), 60, f"pe{site} has the far network in the kernel")
        wait_for(lambda: bench.ping(site, count=1), 30, f"a ping from site {site}")
    for site in (1, 2):
        far = 3 - site
        name = SECOND_NAME.format(site=site)
        expect_equal(kernel.paths(bench.pes[site], far_route(bench, site)),
                     [(name, "core", [TRANSPORT[far], label_of(bench, far)])], f"pe{site}'s way to the far network")
        expect_equal(entry(bench, site), {name: core_router_address(bench, site)}, f"pe{site}'s neighbour entry")
        capture = Capture(bench.p, f"pe{site}")
        with capture:
            expect(bench.ping(site), f"pings from site {site}")
        expect_equal(capture.label_stacks(ce_address(far), 58), {(TRANSPORT[far], label_of(bench, far))},
                     f"labels from pe{site} to p")
        row = bench.pe[site].routes("vpnv6 routes peer", f"10.255.0.{far}", "received")[0]
        expect_equal(row["next_hop"], f"::ffff:10.255.0.{far}", "next hop as received (RFC 4659, 3.2.1.2)")
        expect(bench.pe[site].audit_clean(), "fib audit", bench.pe[site].ctl("fib", "audit"))
    follow_the_core_router(bench)
    bench.pe[1].stop()
    flushed = bench.pes[1].run(bench.pe[1].program, "--flush", "--config", bench.pe[1].node.path("vrfd.json"), "--socket",
                               bench.pe[1].socket, "--state-dir", bench.pe[1].state_folder)
    expect_equal((flushed.returncode, entry(bench, 1)), (0, {}), "vrfd --flush takes the entry along")


def follow_the_core_router(bench):
    """Another link-layer address, an entry that somebody deletes, a link that goes and comes."""
    other = "02:00:00:00:00:99"
    bench.p.ip("link", "set", "pe1", "address", other)
    bench.p.run("ping", "-c", "1", "-W", "1", "172.16.1.1")   # it says who it is, as routers do
    wait_for(lambda: entry(bench, 1).get(SECOND_NAME.format(site=1)) == other, 20, "the entry follows")
    wait_for(lambda: bench.ping(1), 20, "pings over the new address")
    bench.pes[1].ip("-6", "neigh", "del", SECOND_NAME.format(site=1), "dev", "core")
    wait_for(lambda: entry(bench, 1), 10, "the entry is made again")
    bench.pes[1].ip("link", "set", "core", "down")
    bench.pes[1].ip("link", "set", "core", "up")
    bench.pes[1].ip("route", "replace", "10.255.0.2/32", "encap", "mpls", str(TRANSPORT[2]), "via", "172.16.1.254",
                    "dev", "core", "src", "10.255.0.1")
    wait_for(lambda: entry(bench, 1) and bench.ping(1), 40, "pings when the link is back")


@limits(timeout=200, weight=50)
def test_vpnv6_waits_where_the_core_link_has_no_ipv6(lab):
    """The route says that it waits, doctor says for what; when the link has IPv6 again, it goes into the kernel."""
    bench = SixVpe(lab).start()

    def row():
        rows = bench.pe[1].ctl("show fib vpn-instance red").expect_code(0).rows
        return next((one for one in rows if one["prefix"] == ce_network(2)), None)
    wait_for(lambda: row() and row()["state"] == "installed", 60, "the route is in the kernel")
    bench.pes[1].sysctl("net/ipv6/conf/core/disable_ipv6", 1)
    wait_for(lambda: row()["error"] == "neighbour_unknown", 20, "the route says what it waits for")
    problems = bench.pe[1].ctl("doctor").text
    expect("172.16.1.254 on core" in problems and "IPv6 is disabled" in problems, "doctor says why", problems)
    bench.pes[1].sysctl("net/ipv6/conf/core/disable_ipv6", 0)
    wait_for(lambda: far_route(bench, 1) and row()["state"] == "installed", 30, "the route is back")


@limits(timeout=240, weight=60)
def test_vpnv6_with_frr(lab):
    """FRR as the other PE: routes both ways with IPv4-mapped next hops; packets towards FRR with both labels."""
    bench = SixVpe(lab).start(frr_site=2)
    frr, vrfd = bench.pe[2], bench.pe[1]
    wait_for(lambda: far_route(bench, 1), 60, "FRR's route in vrfd's kernel")
    wait_for(lambda: ce_network(1) in frr.vpn_routes("ipv6").get(rd(1), {}), 30, "vrfd's route at FRR")
    path = frr.vpn_routes("ipv6")[rd(1)][ce_network(1)][0]
    expect_equal({str(IPv6Address(hop["ip"]).ipv4_mapped) for hop in path["nexthops"]}, {"10.255.0.1"},
                 "vrfd's IPv4-mapped next hop at FRR")
    expect_equal(frr.vpn_label(rd(1), ce_network(1), "ipv6"), label_of(bench, 1), "vrfd's label at FRR")
    rows = {row["prefix"]: row for row in vrfd.routes("vpnv6 routes peer", "10.255.0.2", "received")}
    expect_equal(rows[ce_network(2)]["next_hop"], "::ffff:10.255.0.2", "FRR's next hop at vrfd")
    label = rows[ce_network(2)]["labels"][0]
    expect_equal(kernel.paths(bench.pes[1], far_route(bench, 1)),
                 [(SECOND_NAME.format(site=1), "core", [TRANSPORT[2], label])], "the way to FRR's network")
    core, arriving = Capture(bench.p, "pe1"), Capture(bench.ces[2], "eth0")
    with core, arriving:
        bench.ping(1)   # FRR makes no way back: its kernel refuses the IPv4 gateway
    expect_equal(core.label_stacks(ce_address(2), 58), {(TRANSPORT[2], label)}, "labels from vrfd to p")
    expect_equal(arriving.label_stacks(ce_address(2), 58), {()}, "what arrives at the far CE")
