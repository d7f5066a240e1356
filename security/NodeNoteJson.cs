using System.Text.Json.Serialization;

namespace P2PMiner.Security;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(NodeNote))]
internal sealed partial class NodeNoteJson : JsonSerializerContext;
