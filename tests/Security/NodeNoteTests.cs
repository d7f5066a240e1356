using System.Text;

namespace P2PMiner.Security.Tests;

/// <summary>What a node leaves in its data folder for other programs of its machine, and the nodes that these find.</summary>
public sealed class NodeNoteTests : IDisposable
{
    private const int Process = 4711;
    private const long Started = 123_456;

    private readonly string _root = Directory.CreateTempSubdirectory("p2p-note-").FullName;
    private readonly DataStore _store;

    public NodeNoteTests() => _store = new(Path.Combine(_root, "data"));

    private static NodeNote Note { get; } = new()
    {
        Process = Process, Started = Started, Version = "1.2.3", Address = "0.0.0.0", Port = 7999, GatewayPort = 7998, TablePort = 7997, HttpPort = 8080,
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void ReadLiving_WhatWasWritten_IsReadWhileThatProcessRuns()
    {
        Runs(Process, Started);
        Note.Write(_store);

        Assert.Equal(Note, NodeNote.ReadLiving(_store.Folder, _root));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_store.PathOf(NodeNote.FileName)));
    }

    [Fact]
    public void ReadLiving_AfterTheEndOfTheProcess_IsNull()
    {
        Note.Write(_store);
        Assert.Null(NodeNote.ReadLiving(_store.Folder, _root));

        // Another process that got the same number later.
        Runs(Process, Started + 1);
        Assert.Null(NodeNote.ReadLiving(_store.Folder, _root));

        Runs(Process, Started);
        NodeNote.Remove(_store);
        Assert.Null(NodeNote.ReadLiving(_store.Folder, _root));
        NodeNote.Remove(_store);

        Directory.Delete(_store.Folder, recursive: true);
        NodeNote.Remove(_store);
        Assert.False(Directory.Exists(_store.Folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("no json")]
    [InlineData("[1]")]
    [InlineData("""{"process":4711,"started":123456}""")]
    [InlineData("""{"process":4711,"started":123456,"version":"1","address":"elsewhere.example","port":1,"gatewayPort":2,"tablePort":3,"httpPort":4}""")]
    [InlineData("""{"process":4711,"started":123456,"version":"1","address":"127.0.0.1","port":1,"gatewayPort":65536,"tablePort":3,"httpPort":4}""")]
    [InlineData("""{"process":4711,"started":123456,"version":"1","address":"127.0.0.1","port":0,"gatewayPort":2,"tablePort":3,"httpPort":4}""")]
    public void ReadLiving_FileThatNoNodeWrote_IsNull(string content)
    {
        Runs(Process, Started);
        _store.Replace(NodeNote.FileName, Encoding.UTF8.GetBytes(content));

        Assert.Null(NodeNote.ReadLiving(_store.Folder, _root));
    }

    [Fact]
    public void ReadLiving_OfALaterVersion_LeavesOutWhatIsNotKnown()
    {
        Runs(Process, Started);
        _store.Replace(NodeNote.FileName, """
            {
                "more": { "a": [1] }, "process": 4711, "started": 123456, "version": "1.2.3",
                "address": "0.0.0.0", "port": 7999, "gatewayPort": 7998, "tablePort": 7997, "httpPort": 8080
            }
            """u8);

        Assert.Equal(Note, NodeNote.ReadLiving(_store.Folder, _root));
    }

    [Fact]
    public void ReadLiving_FileThatOthersMayChange_IsNull()
    {
        Runs(Process, Started);
        Note.Write(_store);
        File.SetUnixFileMode(_store.PathOf(NodeNote.FileName), UnixFileMode.UserRead | UnixFileMode.OtherWrite);

        Assert.Null(NodeNote.ReadLiving(_store.Folder, _root));
    }

    [Fact]
    public void OfThisProcess_IsAlive()
    {
        var note = NodeNote.OfThisProcess("1.0", "127.0.0.1", (1, 2, 3, 4));
        note.Write(_store);

        Assert.Equal(Environment.ProcessId, note.Process);
        Assert.Equal(note, NodeNote.ReadLiving(_store.Folder));
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1:7998")]
    [InlineData("::", "127.0.0.1:7998")]
    [InlineData("127.0.0.1", "127.0.0.1:7998")]
    [InlineData("10.1.0.5", "10.1.0.5:7998")]
    public void Gateway_IsAnAddressThatCanBeCalled(string address, string gateway)
        => Assert.Equal(gateway, (Note with { Address = address }).Gateway.ToString());

    [Fact]
    public void Find_ANodeOfThisUser_HasItsFolder()
    {
        Runs(Process, Started);
        Runs(Process + 1, Started);
        Runs(Process + 2, Started, "bash");
        Note.Write(_store);
        // The lock that a node holds open, beside other files; the second process is no node, the third is another program.
        Holds(Process, _store.PathOf("membership.db"), _store.PathOf(DataStore.LockName));
        Holds(Process + 1, _store.PathOf(DataStore.LockName));
        Holds(Process + 2, _store.PathOf(DataStore.LockName));

        Assert.Equal([new(Process, _store.Folder)], NodeProcess.Find(_root));
    }

    [Fact]
    public void Find_OfAnotherUser_HasNoFolder()
    {
        Runs(Process, Started);

        // As if its list of files could not be read.
        Assert.Equal([new(Process, null)], NodeProcess.Find(_root));
        Assert.Empty(NodeProcess.Find(Path.Combine(_root, "none")));
    }

    /// <summary>As the kernel shows a process; its start is the 22nd word, and the second may hold anything.</summary>
    private void Runs(int process, long started, string name = "p2p-miner")
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "proc", $"{process}")).FullName;
        File.WriteAllText(Path.Combine(folder, "comm"), name + "\n");
        File.WriteAllText(Path.Combine(folder, "stat"),
            $"{process} (a ) b) S 1 {process} {process} 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 9 0 {started} 1000 200\n");
    }

    private void Holds(int process, params string[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "proc", $"{process}", "fd")).FullName;
        for (var i = 0; i < files.Length; i++)
        {
            File.CreateSymbolicLink(Path.Combine(folder, $"{i}"), files[i]);
        }

        File.CreateSymbolicLink(Path.Combine(folder, "99"), "socket:[1234]");
    }
}
