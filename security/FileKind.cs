namespace P2PMiner.Security;

/// <summary>What a name leads to, in the kernel's numbers (S_IFMT). All others are devices and sockets.</summary>
internal enum FileKind
{
    Fifo = 0x1000,
    Folder = 0x4000,
    Plain = 0x8000,
    Link = 0xa000,
}
