using CsCheck;

namespace P2PMiner.Security.Tests;

public sealed class DataRulesTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly FileKind[] Kinds = [FileKind.Plain, FileKind.Folder, FileKind.Link, FileKind.Fifo, (FileKind)0x2000];

    private static readonly Gen<FileFacts> AnyFacts = Gen.Select(
        Gen.Int[0, Kinds.Length - 1].Select(i => Kinds[i]), Gen.UInt[0, 3], Gen.Int[0, 0x1ff], Gen.UInt[1, 2],
        (kind, owner, mode, links) => new FileFacts(kind, owner, (UnixFileMode)mode, links, 0));

    [Fact]
    public void FolderRefusal_AnyFolderAndUser_LetsTheOwnerAloneWriteAndRootReadToo() =>
        Gen.Select(AnyFacts, Gen.UInt[0, 3], Gen.Bool).Sample((folder, user, toWrite) =>
        {
            var mayBe = folder.Kind == FileKind.Folder && (folder.Mode & OthersWrite) == 0 && (folder.Owner == user || (user == 0 && !toWrite));
            Assert.Equal(mayBe, DataRules.FolderRefusal("/data", folder, user, toWrite) is null);
        });

    [Fact]
    public void FileRefusal_AnyFileAndFolder_LetsPlainFilesOfTheFoldersOwnerIn() =>
        Gen.Select(AnyFacts, AnyFacts, Gen.Enum<FileUse>()).Sample((file, folder, use) =>
        {
            var mayBe = file.Kind == FileKind.Plain && file.Owner == folder.Owner && (file.Mode & OthersWrite) == 0
                && (use != FileUse.ReadSecret || (file.Mode & ~Owner) == 0) && (use != FileUse.Change || file.Links == 1);
            Assert.Equal(mayBe, DataRules.FileRefusal("/data/file", file, folder, use) is null);
        });

    [Theory]
    [InlineData(54321u, 0u, false, "/data: belongs to user 54321, and this process runs as root; if it is the service's, run systemctl start p2p-miner; else "
        + "run it as that user, with runuser -u 54321 -- p2p-miner --data /data, or name another folder with --data", true)]
    [InlineData(54321u, 54322u, false, "/data: belongs to user 54321, and this process runs as user 54322; run it as that user, or run chown -R 54322 /data", false)]
    [InlineData(0u, 54322u, false, "/data: belongs to user root, and this process runs as user 54322; run it as that user, or run chown -R 54322 /data", false)]
    [InlineData(1000u, 1000u, true, "/data: other users can change what is in it; run chmod -R go-rwx /data", true)]
    public void FolderRefusal_NamesTheCommandThatMendsIt(uint owner, uint user, bool isOpen, string message, bool toWrite)
        => Assert.Equal(message,
            DataRules.FolderRefusal("/data", new(FileKind.Folder, owner, isOpen ? Owner | UnixFileMode.GroupWrite : Owner, 1, 0), user, toWrite));

    [Theory]
    [InlineData(0u, 0u, true)]
    [InlineData(0u, 1000u, true)]
    [InlineData(1000u, 1000u, true)]
    [InlineData(1000u, 0u, false)]
    [InlineData(1001u, 1000u, false)]
    public void LinkRefusal_OnTheWay_TrustsThoseOfRootAndOneself(uint owner, uint user, bool isTrusted)
        => Assert.Equal(isTrusted, DataRules.LinkRefusal("/data", new(FileKind.Link, owner, Owner, 1, 0), user) is null);
}
