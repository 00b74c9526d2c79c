"""Key pairs, and derive + ECDH, a second by Python's cryptography (OpenSSL), in a row of rounds: a line of two rates each."""

import sys
import time
from cryptography.hazmat.primitives.asymmetric import ec

COUNT = 1000
CURVE = ec.SECP224R1()
other = ec.generate_private_key(CURVE).public_key()
numbers = [ec.generate_private_key(CURVE).private_numbers().private_value for _ in range(COUNT)]
for line in sys.stdin:
    started = time.perf_counter()
    for _ in range(COUNT):
        ec.generate_private_key(CURVE)
    pairs = time.perf_counter() - started
    started = time.perf_counter()
    for number in numbers:
        ec.derive_private_key(number, CURVE).exchange(ec.ECDH(), other)
    print(COUNT / pairs, COUNT / (time.perf_counter() - started), flush=True)
