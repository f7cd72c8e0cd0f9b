"""Secure aggregation: the server learns the sum of the members' vectors, and nothing else about any of them.

Five rounds of messages between each member and the server: signed keys, encrypted shares of each member's secrets,
masked vectors, signed confirmation of who is in the sum, and one share of each member, with which the server takes the
masks away. Members may drop out at any point; while at least `threshold` of them stay, the sum of those whose vectors
arrived is exact.

**Adversary.** An *active* server that may say anything to anybody, drop, change, repeat and reorder messages, together
with up to c of the n members, who share all they have with it. It knows the cohort, the model and the configuration.

**Promise.** Of a round that an honest member took part in, the adversary learns at most one sum, over a set of at least
t − c ≥ 2 honest members, and who dropped out when. A member that is not in this set gives away nothing. Why:

- t > (n + c)/2, which each member checks against its own c. Two sets of t members that both confirm would share an
  honest member, and an honest member confirms one list of survivors a round; so only one list gathers t signatures.
- Nobody reveals a share before it has seen t signatures on exactly the keys, sharers and survivors that it was told.
  Of each other member it then reveals one share and never both: of the seed of a survivor, of the mask key of one who
  dropped out. It decides which by itself. With t > (n + c)/2 the server never holds t shares of both.
- Every key and signature depends on H(model, round, cohort, configuration). Members who were told different things are
  foreign to each other, so a model made for one member isolates nobody.
- A member begins a round number once. Held twice with one update, a round would give two sums whose difference is a
  member's vector.

**Assumptions.** X25519 (oracle Diffie–Hellman), Ed25519, AES-256 in GCM and CTR, HKDF-SHA-256; the members' identity
keys come from a source that the server does not control; the register of rounds outlives the process.

**Not promised.** That the sum is right when members lie (a member may send any vector within the modulus), or that a
round ends: server or member can end it for all, without learning more. That a sum tells little about one member: that
is what differential privacy is for. Resistance against who measures time or reads memory.

Source: Bonawitz et al., "Practical secure aggregation for privacy-preserving machine learning" (CCS 2017), the protocol
for active adversaries with its Theorem 6.5; binding to the model against Pasquini, Francati and Ateniese, "Eluding
secure aggregation in federated learning via model inconsistency" (CCS 2022). Added to it: commitments to each seed and
to each share, with which the server finds wrong shares and who gave them; sharers and keys as part of what is
confirmed.
"""

from wuming.federated.secure_aggregation.client import Client, Stage
from wuming.federated.secure_aggregation.configuration import Cohort, RoundConfiguration, least_threshold
from wuming.federated.secure_aggregation.local import run_round
from wuming.federated.secure_aggregation.rounds import RoundRegister, RoundsInMemory
from wuming.federated.secure_aggregation.server import Server, ServerStage

__all__ = [
    "Client",
    "Cohort",
    "RoundConfiguration",
    "RoundRegister",
    "RoundsInMemory",
    "Server",
    "ServerStage",
    "Stage",
    "least_threshold",
    "run_round",
]
