namespace Trainyard.ExperimentStore.Mirror;

internal static class MirrorExtensions
{
    public static void AddMirror(this IServiceCollection services)
    {
        services.AddSingleton<MirrorChanges>();
        services.AddSingleton<MirrorLock>();
        services.AddSingleton<MirrorRecord>();
        services.AddSingleton<MirrorSource>();
        services.AddSingleton<MirroredFiles>();
        services.AddSingleton<MlflowServer>();
        services.AddSingleton<RemoteExperiments>();
        services.AddSingleton<RunMirror>();
        services.AddStoreJob<MirrorJob>();
    }
}
