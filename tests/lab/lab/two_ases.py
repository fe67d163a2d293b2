"""What tests of VPNs over two ASes share: customer red with a site at each end.

    ce1 ── pe1 (FRR, AS 65000) ── … ── pe2 (vrfd, AS 65001) ── ce2

Site n: link 10.n.0.0/24, network 192.168.n.0/24, CE in AS 6510n.
"""

from .bird import Bird

TARGET, TABLE = "65000:100", 1001
ANY = {"import_policy": "any", "export_policy": "any"}
POLICIES = {"any": [{"then": "accept"}]}

# At FRR, behind the configuration of its own AS.
FRR_RED = f"""router bgp 65000 vrf red
 bgp router-id 10.255.0.1
 no bgp ebgp-requires-policy
 neighbor 10.1.0.2 remote-as 65101
 neighbor 10.1.0.2 timers connect 1
 address-family ipv4 unicast
  redistribute connected
  label vpn export auto
  rd vpn export 65000:1
  rt vpn both {TARGET}
  export vpn
  import vpn
 exit-address-family
exit
"""

# At vrfd.
VRFD_RED = {"rd": "65001:1", "import_targets": [TARGET], "export_targets": [TARGET], "table": TABLE, "interfaces": ["ce"],
            "import_routes": ["direct"], "peers": {"10.2.0.2": {"as": 65102, "connect_retry": 2, "families": {"ipv4": ANY}}}}


def border(asn, number, inside, outside, **changes):
    """A border router's configuration; `inside` and `outside` are address → keys of the peer."""
    return {"as": asn, "router_id": f"10.255.0.{number}", "core_interfaces": ["core", "border"], "vpn_instances": {},
            "policies": POLICIES, "peers": {**inside, **outside}, **changes}


def wire_sites(lab, nodes):
    """Links, addresses and pe1's VRF."""
    for site in (1, 2):
        pe, edge = nodes[f"pe{site}"], nodes[f"ce{site}"]
        lab.link((pe, "ce", f"10.{site}.0.1/24"), (edge, "eth0", f"10.{site}.0.2/24"))
        lab.address(edge, "lo", f"192.168.{site}.1/24")
        lab.address(pe, "lo", f"10.255.0.{site}/32")
    lab.vrf(nodes["pe1"], "red", TABLE, "ce")
    lab.router(nodes["pe1"], ["core"])


def start_ce(nodes, site):
    return Bird(nodes[f"ce{site}"], f"""router id 10.{site}.0.2;
protocol static {{ ipv4; route 192.168.{site}.0/24 via "lo"; }}
protocol kernel {{ ipv4 {{ import none; export where source = RTS_BGP; }}; }}
protocol bgp uplink {{ local 10.{site}.0.2 as 6510{site}; neighbor 10.{site}.0.1 as {64999 + site};
  connect delay time 1; connect retry time 1; ipv4 {{ import all; export where source = RTS_STATIC; }}; }}
""").start()


def crosses(nodes):
    return nodes["ce1"].ping("192.168.2.1", "192.168.1.1", timeout=2)
