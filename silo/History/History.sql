-- Series 0 is the cluster. Arrival numbers all rows of the file in the order in which they came; a row of ten minutes gets its own when it replaces its minutes.
CREATE TABLE IF NOT EXISTS Meta (Id INTEGER PRIMARY KEY CHECK (Id = 1), Store INTEGER NOT NULL, Arrival INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS Series (Id INTEGER PRIMARY KEY, Node BLOB NOT NULL UNIQUE, Name TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS Minute (
    Series INTEGER NOT NULL, Time INTEGER NOT NULL, Arrival INTEGER NOT NULL, Observed INTEGER NOT NULL, Rate REAL NOT NULL, Hashes INTEGER NOT NULL,
    Accepted INTEGER NOT NULL, Stale INTEGER NOT NULL, Duplicate INTEGER NOT NULL, LowDifficulty INTEGER NOT NULL, Invalid INTEGER NOT NULL,
    OutsideLease INTEGER NOT NULL, Rejected INTEGER NOT NULL, Lost INTEGER NOT NULL, Quarantined INTEGER NOT NULL,
    Difficulty REAL, LatencyMs REAL, Pool TEXT, Nodes INTEGER, Credited REAL,
    State INTEGER, Threads INTEGER, HugePages INTEGER, HugePagesWanted INTEGER, Mode TEXT, DeciCelsius INTEGER, DeciWatts INTEGER,
    PRIMARY KEY (Series, Time)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS MinuteArrival ON Minute (Arrival);

CREATE TABLE IF NOT EXISTS TenMinutes (
    Series INTEGER NOT NULL, Time INTEGER NOT NULL, Arrival INTEGER NOT NULL, Observed INTEGER NOT NULL, Rate REAL NOT NULL, Hashes INTEGER NOT NULL,
    Accepted INTEGER NOT NULL, Stale INTEGER NOT NULL, Duplicate INTEGER NOT NULL, LowDifficulty INTEGER NOT NULL, Invalid INTEGER NOT NULL,
    OutsideLease INTEGER NOT NULL, Rejected INTEGER NOT NULL, Lost INTEGER NOT NULL, Quarantined INTEGER NOT NULL,
    Difficulty REAL, LatencyMs REAL, Pool TEXT, Nodes INTEGER, Credited REAL,
    State INTEGER, Threads INTEGER, HugePages INTEGER, HugePagesWanted INTEGER, Mode TEXT, DeciCelsius INTEGER, DeciWatts INTEGER,
    PRIMARY KEY (Series, Time)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS TenMinutesArrival ON TenMinutes (Arrival);

CREATE TABLE IF NOT EXISTS Event (
    Source BLOB NOT NULL, Number INTEGER NOT NULL, Arrival INTEGER NOT NULL, Time INTEGER NOT NULL, Kind TEXT NOT NULL, Node BLOB, Text TEXT NOT NULL,
    PRIMARY KEY (Source, Number)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS EventArrival ON Event (Arrival);
CREATE INDEX IF NOT EXISTS EventTime ON Event (Time);

-- How far other nodes' histories have been read.
CREATE TABLE IF NOT EXISTS Heard (Server BLOB NOT NULL, OwnOnly INTEGER NOT NULL, Store INTEGER NOT NULL, Next INTEGER NOT NULL,
    PRIMARY KEY (Server, OwnOnly)) WITHOUT ROWID;
