using P2PMiner.Doctor;

namespace P2PMiner.Grains.Doctor;

/// <summary>Examines the node of this process. Outlives the silo. Any thread; returns at once, whatever the examination takes.</summary>
internal interface INodeDoctor
{
    /// <summary>See <see cref="INodeDoctorGrain.ExamineAsync"/>.</summary>
    Task<NodeReport> ExamineAsync();
}
