using System.Buffers;
using System.Text;
using CsCheck;
using P2PMiner.Pools.Connections;
using P2PMiner.Pools.Stratum;

namespace P2PMiner.Pools.Tests.Stratum;

public sealed class StratumLineReaderTests
{
    [Fact]
    public void TryRead_AnySplitOfTheStream_SameLines() =>
        Gen.Select(Gen.String[Gen.Char["ab{}\r"], 0, 30].Array[0, 12], Gen.Int[1, 9].Array[1, 400]).Sample((texts, cuts) =>
        {
            var expected = texts.Select(text => text.EndsWith('\r') ? text[..^1] : text).ToArray();
            var bytes = Encoding.ASCII.GetBytes(string.Concat(texts.Select(text => text + "\n")));
            Assert.Equal(expected, Feed(bytes, cuts));
        });

    [Fact]
    public void TryRead_UnfinishedLine_WaitsForMore()
    {
        var buffer = new ReadOnlySequence<byte>("half"u8.ToArray());
        Assert.False(new StratumLineReader().TryRead(ref buffer, out _));
        Assert.Equal(4, buffer.Length);
    }

    [Theory]
    [InlineData(StratumLineReader.MaxLineBytes, false)]
    [InlineData(StratumLineReader.MaxLineBytes + 1, true)]
    public void TryRead_LongLine_RefusedBeyondTheLimitWithOrWithoutItsEnd(int length, bool refused)
    {
        foreach (var end in new[] { "", "\n" })
        {
            var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(new string('x', length) + end));
            var failure = Record.Exception(() => new StratumLineReader().TryRead(ref buffer, out _));
            Assert.Equal(refused, failure is PoolProtocolException);
        }
    }

    /// <summary>As a pipe would: what is left stays at the front, more comes behind it in a segment of its own.</summary>
    private static List<string> Feed(byte[] bytes, int[] cuts)
    {
        var reader = new StratumLineReader();
        var lines = new List<string>();
        var pending = new List<byte[]>();
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            var length = Math.Min(cuts[i % cuts.Length], bytes.Length - at);
            pending.Add(bytes[at..(at + length)]);
            at += length;
            var buffer = Segments.Join(pending);
            while (reader.TryRead(ref buffer, out var line))
            {
                lines.Add(Encoding.ASCII.GetString(line));
            }

            pending = buffer.IsEmpty ? [] : [buffer.ToArray()];
        }

        return lines;
    }
}
