using System.IO.Pipelines;
using P2PMiner.Jobs;

namespace P2PMiner.Grains.Pool.Stratum;

internal sealed partial class StratumConnection
{
    /// <summary>Each ignored job costs a line in the log; a pool that sends nothing else is no pool.</summary>
    private const int MaxBadJobsInARow = 16;

    private const int MaxSessionIdChars = 256;

    private PoolJob? _lastJob;
    private int _badJobs;
    private bool _repeatLogged;
    private bool _redirectLogged;

    private async Task ReadAsync()
    {
        Exception reason;
        var input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 8192, leaveOpen: true));
        try
        {
            var lines = new StratumLineReader();
            while (true)
            {
                var read = await input.ReadAsync(_closing.Token);
                Volatile.Write(ref _lastReceived, _clock.GetTimestamp());
                var buffer = read.Buffer;
                while (lines.TryRead(ref buffer, out var line))
                {
                    if (!line.IsEmpty)
                    {
                        Handle(StratumParser.Parse(line));
                    }
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    reason = new IOException("the pool closed the connection");
                    break;
                }
            }
        }
        catch (Exception failure)
        {
            reason = failure;
        }

        // Closed here, not on disposal: a pool that floods us must hear the end at once.
        await EndAsync(reason);
        await input.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private void Handle(StratumMessage message)
    {
        switch (message.Method)
        {
            case null:
                HandleAnswer(message);
                break;
            case "job":
                TakeJob(message.Job!);
                break;
            case "client.reconnect":
                HandleRedirect(message);
                break;
        }
    }

    private void HandleAnswer(StratumMessage answer)
    {
        if (answer is { Id: null, Error: not null } && _requests.ContainsKey(StratumRequests.LoginId))
        {
            // Some refuse a login without saying what they answer.
            answer = answer with { Id = StratumRequests.LoginId };
        }

        if (answer.Id == StratumRequests.LoginId && answer.Error is null && _requests.ContainsKey(StratumRequests.LoginId))
        {
            _sessionId = answer.SessionId is { Length: > 0 and <= MaxSessionIdChars } id
                ? id : throw new PoolProtocolException("the answer to the login has no usable id");
            _algoNegotiated = answer.Extensions.Contains("algo");
            _keepAlive |= answer.Extensions.Contains("keepalive");
            _jobReader.NiceHash |= answer.Extensions.Contains("nicehash");
            if (answer.Job is { } job)
            {
                TakeJob(job);
            }
        }
        else if (answer.Id != StratumRequests.LoginId && answer.Error is { } text && StratumRefusal.EndsConnection(text))
        {
            throw new PoolLoginException(PoolText.Clean(text, _endpoint.Entry));
        }

        // Answers nobody waits for are those to keepalived.
        if (answer.Id is { } number && _requests.TryRemove(number, out var request))
        {
            request.Answer.TrySetResult(answer);
        }
    }

    private void TakeJob(StratumJob wire)
    {
        if (!_jobReader.TryRead(wire, out var job, out var error))
        {
            _log.JobIgnored(_endpoint.Url.Authority, error);
            if (++_badJobs == MaxBadJobsInARow)
            {
                throw new PoolProtocolException($"{MaxBadJobsInARow} bad jobs in a row, the last with {error}");
            }

            return;
        }

        _badJobs = 0;
        if (_lastJob is { } last && last.JobId == job.JobId && last.Target == job.Target && last.Seed == job.Seed
            && last.Blob.AsSpan().SequenceEqual(job.Blob.AsSpan()))
        {
            if (!_repeatLogged)
            {
                _repeatLogged = true;
                _log.JobRepeated(_endpoint.Url.Authority, PoolText.Clean(job.JobId));
            }

            return;
        }

        (_lastJob, _repeatLogged) = (job, false);
        _jobs.Writer.TryWrite(job with { Serial = _nextSerial() });
    }

    private void HandleRedirect(StratumMessage message)
    {
        var url = _endpoint.Url;
        var host = string.IsNullOrEmpty(message.RedirectHost) ? url.Host : message.RedirectHost;
        var text = $"{(host.Contains(':') ? $"[{host.Trim('[', ']')}]" : host)}:{message.RedirectPort ?? $"{url.Port}"}";
        if (PoolUrl.TryParse(text, out var target, out _) && StratumRedirect.IsAllowed(url.Host, target.Host))
        {
            throw new PoolRedirectException(target with { Scheme = url.Scheme });
        }

        if (!_redirectLogged)
        {
            _redirectLogged = true;
            _log.RedirectIgnored(url.Authority, PoolText.Clean(text));
        }
    }
}
