"""How each kind of peer tells what it saw of vrfd, in one language.

refreshes()  plain ROUTE-REFRESHes received since its start        sessions()  how often a session was established
up()         the session stands                                    reason()    how the last session ended, for the peer
med(prefix)  MED of vrfd's route, None where there is none          has(prefix)
"""

import re

from . import bgp


class _Seen:
    def __init__(self, router, address, asn, group, internal):
        """`address` is the peer's own, by which vrfd names it."""
        self.router, self.address, self.asn, self.group, self.internal = router, address, asn, group, internal

    def has(self, prefix):
        return self.med(prefix) is not None

    def __repr__(self):
        return f"{type(self).__name__}({self.address})"


class SeenByBird(_Seen):
    PROTOCOL = "uplink"

    def __init__(self, *words, table="master4"):
        super().__init__(*words)
        self._table = table

    def refreshes(self):
        return self.router.refreshes_received(self.PROTOCOL)

    def sessions(self):
        return len(re.findall(rf"{self.PROTOCOL}: BGP session established", self.router.log()))

    def up(self):
        return self.router.established(self.PROTOCOL)

    def reason(self):
        found = re.findall(rf"{self.PROTOCOL}: Received: (.*)", self.router.log())
        return found[-1].strip() if found else None

    def med(self, prefix):
        for line, known in self.router.routes(self._table).items():
            if line == prefix or line.endswith(" " + prefix):
                return int(known.get("med", 0))
        return None


class SeenByGobgp(_Seen):
    def __init__(self, *words, vrfd_address):
        super().__init__(*words)
        self._vrfd = vrfd_address

    def refreshes(self):
        return self.router.refreshes_received(self._vrfd)

    def sessions(self):
        return self.router.sessions()

    def up(self):
        return self.router.up()

    def reason(self):
        return self.router.notifications()[-1] if self.router.notifications() else None

    def med(self, prefix):
        return self.router.med(prefix)


class SeenByFrr(_Seen):
    def __init__(self, *words, vrfd_address, vpn=False):
        super().__init__(*words)
        self._vrfd, self._vpn = vrfd_address, vpn

    def refreshes(self):
        return self.router.refreshes_received(self._vrfd)

    def sessions(self):
        return self.router.neighbor(self._vrfd)["connectionsEstablished"]

    def up(self):
        return self.router.established(self._vrfd)

    def reason(self):
        """By its log: what it keeps of a neighbor is of the last connection, which may be one of a collision."""
        return self.router.notification_from(self._vrfd)

    def med(self, prefix):
        tables = self.router.vpn_routes().values() if self._vpn else [self.router.routes()]
        for table in tables:
            if prefix in table:
                return table[prefix][0].get("metric", 0)
        return None


class SeenBySpeaker(_Seen):
    def __init__(self, *words, family="ipv4"):
        super().__init__(*words)
        self.family = family

    def refreshes(self):
        return self.router.refreshes_received(self.family)

    def sessions(self):
        return self.router.sessions

    def up(self):
        return self.router.up()

    def reason(self):
        return self.router.notifications[-1][:2] if self.router.notifications else None

    def med(self, prefix):
        update = self.router.prefixes(self.family).get(prefix)
        return None if update is None else update.number(bgp.MED) or 0
