namespace Trainyard.Sweeps;

/// <summary>One parameter's side of a Parzen estimator: a bump around each observed value, oldest first, and the prior last.</summary>
internal interface IKernels
{
    double Draw(int kernel, Draws draws);

    double At(int kernel, double value);
}
