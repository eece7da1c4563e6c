"""Every limit of the client in one place."""

from __future__ import annotations

# Batches.
BATCH_SECONDS = 1.0
BATCH_POINTS = 500
# A batch is due at 500 points; a late one may hold more, up to half of the server's limit per request.
MAX_BATCH_POINTS = 5_000
# The server accepts 16 MiB; a batch of long log lines stays far below.
BATCH_BYTES = 2 << 20

# Queues.
MEMORY_ENTRIES = 1_000
# If the disk can't be written: further entries are dropped and counted.
MEMORY_ENTRIES_WITHOUT_DISK = 100_000

# Images and other media wait in memory up to this size, then on disk.
MEMORY_BYTES = 32 << 20
MEMORY_BYTES_WITHOUT_DISK = 512 << 20
# Media wait up to this size for the next batch.
MEDIA_BYTES_WAITING = 8 << 20

# Sending.
BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
LONGEST_WAIT_SECONDS = 30.0
ANSWER_SECONDS = 30.0
# At exit: the limit without progress, and the total limit while the server accepts entries.
EXIT_SECONDS = 10.0
MAX_EXIT_SECONDS = 60.0
PROVENANCE_SECONDS = 10.0

# A run.
HEARTBEAT_SECONDS = 30.0
MACHINE_SECONDS = 10.0
LAST_STEP = 2**53

# The server's limits for one event.
MEASUREMENTS_PER_EVENT = 1_000
NAME_CHARACTERS = 250
LINE_CHARACTERS = 16_000
MESSAGE_CHARACTERS = 4_000
CONFIG_BYTES = 200_000
CONFIG_DEPTH = 24
TAG_CHARACTERS = 5_000
ID_CHARACTERS = 128
RUN_NAME_CHARACTERS = 256

# Media. Larger files are uploaded, and the event names them.
INLINE_BYTES = 1 << 20
CAPTION_CHARACTERS = 1_000
MEDIA_TEXT_CHARACTERS = 100_000
MEDIA_PER_STEP = 1_000
TABLE_BYTES = 1_500_000
TABLE_COLUMNS = 100
TABLE_ROWS = 10_000
HISTOGRAM_BINS = 512
# A run that another process starts may be unknown for a moment.
UPLOAD_TRIES = 6
UPLOAD_PAUSE_SECONDS = 0.5

# Files stored with a run.
DIFF_BYTES = 1 << 20
