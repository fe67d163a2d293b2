"""What a router is to be for a scenario, said once for all kinds of routers."""

from dataclasses import dataclass, field

ROUTER_ADDRESS, ROUTER_AS, NETWORK_LENGTH = "10.200.0.1", 65000, 16
MARK = "65001:666"     # carried by about a tenth of the attribute sets
ADDED = "65000:99"     # what the policy "mark_all" adds
ABSENT = "65000:777"   # no route has it

# Import policies: what they are for is in their names, each kind of router has its own words for them.
POLICIES = ("accept", "mark_all", "deny_marked", "deny_absent")


@dataclass
class Peer:
    name: str
    address: str
    asn: int
    source: bool = False          # announces; is told nothing
    client: bool = False          # of the route reflector
    read_rate: int = 0            # octets a second, 0: as fast as it goes
    enhanced: bool = True         # offers RFC 7313
    policy: str = None            # of what it announces, one of POLICIES


@dataclass
class Setup:
    peers: list = field(default_factory=list)
    family: str = "ipv4"
    vpn_instances: dict = field(default_factory=dict)   # in vrfd's words
    public_peers: bool = True     # the peers are of the public instance, else of the vpn_instances
    kernel_table: int = None      # the router installs what it learns there
    sends_again: bool = False     # a peer that asks is told what it has been told before: FRR has to be told to

    def named(self, name):
        return next(peer for peer in self.peers if peer.name == name)

    def receivers(self):
        return [peer.name for peer in self.peers if not peer.source]


def source(number=0, internal=False, **more):
    return Peer(f"source{number}", f"10.200.0.{10 + number}", ROUTER_AS if internal else 65001 + number, source=True, **more)


def receiver(number=0, internal=False, **more):
    return Peer(f"receiver{number}", f"10.200.{1 + number // 200}.{1 + number % 200}",
                ROUTER_AS if internal else 64000 + number, **more)
