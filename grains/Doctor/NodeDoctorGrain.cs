using Orleans.Concurrency;
using Orleans.GrainDirectory;
using P2PMiner.Doctor;
using P2PMiner.Grains.Placement;

namespace P2PMiner.Grains.Doctor;

/// <summary>See <see cref="INodeDoctorGrain"/>. Reentrant, so that all who ask during one examination share it.</summary>
[Reentrant, NodePlacement, GrainDirectory(NodeDirectory.Name)]
internal sealed class NodeDoctorGrain(INodeDoctor doctor) : Grain, INodeDoctorGrain
{
    public Task<NodeReport> ExamineAsync() => doctor.ExamineAsync();
}
