-- The membership table in a node's own file. Orleans reads the statements it runs from OrleansQuery and fills in the @ parameters;
-- the columns that they return go by the names Orleans looks for. Every write advances the version by one, and only when the version
-- is still the one that the writer has read.
PRAGMA journal_mode = WAL;

CREATE TABLE IF NOT EXISTS ClusterVersion
(
    DeploymentId TEXT    NOT NULL PRIMARY KEY,
    Version      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS Silo
(
    DeploymentId TEXT    NOT NULL,
    Address      TEXT    NOT NULL,
    Port         INTEGER NOT NULL,
    Generation   INTEGER NOT NULL,
    SiloName     TEXT    NOT NULL,
    HostName     TEXT    NOT NULL,
    Status       INTEGER NOT NULL,
    ProxyPort    INTEGER,
    SuspectTimes TEXT,
    StartTime    TEXT    NOT NULL,
    IAmAliveTime TEXT    NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
) WITHOUT ROWID;

-- In the writes, COMMIT stands before the last SELECT: when it fails, the caller sees the error instead of a success. changes() counts
-- the rows of the statement before; COMMIT leaves it as it is.
INSERT OR REPLACE INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', '
    INSERT OR IGNORE INTO ClusterVersion (DeploymentId) VALUES (@DeploymentId);
    SELECT changes();'),

('InsertMembershipKey', '
    BEGIN IMMEDIATE;
    INSERT OR IGNORE INTO Silo
        (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM ClusterVersion WHERE DeploymentId = @DeploymentId AND Version = @Version;
    UPDATE ClusterVersion SET Version = Version + 1 WHERE DeploymentId = @DeploymentId AND changes() = 1;
    COMMIT;
    SELECT changes();'),

('UpdateMembershipKey', '
    BEGIN IMMEDIATE;
    UPDATE Silo SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        AND EXISTS (SELECT 1 FROM ClusterVersion v WHERE v.DeploymentId = @DeploymentId AND v.Version = @Version);
    UPDATE ClusterVersion SET Version = Version + 1 WHERE DeploymentId = @DeploymentId AND changes() = 1;
    COMMIT;
    SELECT changes();'),

('UpdateIAmAlivetimeKey', '
    UPDATE Silo SET IAmAliveTime = @IAmAliveTime
        WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation;'),

('MembershipReadRowKey', '
    SELECT v.DeploymentId, s.Address, s.Port, s.Generation, s.SiloName, s.HostName, s.Status, s.ProxyPort, s.SuspectTimes,
        s.StartTime, s.IAmAliveTime, v.Version
    FROM ClusterVersion v LEFT JOIN Silo s
        ON s.DeploymentId = v.DeploymentId AND s.Address = @Address AND s.Port = @Port AND s.Generation = @Generation
    WHERE v.DeploymentId = @DeploymentId;'),

('MembershipReadAllKey', '
    SELECT v.DeploymentId, s.Address, s.Port, s.Generation, s.SiloName, s.HostName, s.Status, s.ProxyPort, s.SuspectTimes,
        s.StartTime, s.IAmAliveTime, v.Version
    FROM ClusterVersion v LEFT JOIN Silo s ON s.DeploymentId = v.DeploymentId
    WHERE v.DeploymentId = @DeploymentId;'),

('GatewaysQueryKey', '
    SELECT Address, ProxyPort, Generation FROM Silo
    WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0;'),

('DeleteMembershipTableEntriesKey', '
    BEGIN IMMEDIATE;
    DELETE FROM Silo WHERE DeploymentId = @DeploymentId;
    DELETE FROM ClusterVersion WHERE DeploymentId = @DeploymentId;
    COMMIT;'),

-- 3: SiloStatus.Active. A live silo that has not written for long is for the probes to judge, not for a clean-up.
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM Silo WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3;');
