"""What several files of lesson 00's bank share."""

import math

LOG_2PI = math.log(2 * math.pi)
