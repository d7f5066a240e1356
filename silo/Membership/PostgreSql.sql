-- The membership table in a shared PostgreSQL. Orleans reads the statements it runs from OrleansQuery and fills in the @ parameters;
-- the columns that they return go by the names Orleans looks for. Every write is one statement: it locks the version row, and a writer
-- that waited for the lock finds the version changed and does nothing.
CREATE TABLE IF NOT EXISTS ClusterVersion
(
    DeploymentId text    NOT NULL PRIMARY KEY,
    Version      integer NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS Silo
(
    DeploymentId text        NOT NULL REFERENCES ClusterVersion (DeploymentId),
    Address      text        NOT NULL,
    Port         integer     NOT NULL,
    Generation   integer     NOT NULL,
    SiloName     text        NOT NULL,
    HostName     text        NOT NULL,
    Status       integer     NOT NULL,
    ProxyPort    integer,
    SuspectTimes text,
    StartTime    timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', '
    WITH added AS (INSERT INTO ClusterVersion (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM added;'),

('InsertMembershipKey', '
    WITH advanced AS (
        UPDATE ClusterVersion v SET Version = v.Version + 1
        WHERE v.DeploymentId = @DeploymentId AND v.Version = @Version AND NOT EXISTS (
            SELECT 1 FROM Silo s
            WHERE s.DeploymentId = @DeploymentId AND s.Address = @Address AND s.Port = @Port AND s.Generation = @Generation)
        RETURNING v.DeploymentId),
    added AS (
        INSERT INTO Silo (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM advanced RETURNING 1)
    SELECT count(*)::integer FROM added;'),

('UpdateMembershipKey', '
    WITH advanced AS (
        UPDATE ClusterVersion v SET Version = v.Version + 1
        WHERE v.DeploymentId = @DeploymentId AND v.Version = @Version AND EXISTS (
            SELECT 1 FROM Silo s
            WHERE s.DeploymentId = @DeploymentId AND s.Address = @Address AND s.Port = @Port AND s.Generation = @Generation)
        RETURNING v.DeploymentId),
    changed AS (
        UPDATE Silo s SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM advanced
        WHERE s.DeploymentId = advanced.DeploymentId AND s.Address = @Address AND s.Port = @Port AND s.Generation = @Generation
        RETURNING 1)
    SELECT count(*)::integer FROM changed;'),

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
    WITH silos AS (DELETE FROM Silo WHERE DeploymentId = @DeploymentId)
    DELETE FROM ClusterVersion WHERE DeploymentId = @DeploymentId;'),

-- 3: SiloStatus.Active. A live silo that has not written for long is for the probes to judge, not for a clean-up.
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM Silo WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3;')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
