using Aspire.Hosting.Azure;
using Azure.Provisioning.AppContainers;
using Azure.Provisioning.Expressions;
using Azure.Provisioning.Storage;
using FileShare = Azure.Provisioning.Storage.FileShare;

namespace Trainyard.AppHost;

/// <summary>
/// The folders that containers share: what the services make, and the text they train on. In Compose a volume and a folder of the machine, in
/// Container Apps two file shares.
/// </summary>
internal static class SharedFolders
{
    public const string Artifacts = $"{Data}/artifacts";
    public const string Corpora = "/corpus";

    // APP__DATA_ROOT in the images, where the user they run as may write.
    private const string Data = "/app/data";

    private const string DataShare = "data";
    private const string CorporaShare = "corpora";

    public static IResourceBuilder<ProjectResource> WithSharedFolders(this IResourceBuilder<ProjectResource> service, string corpora) =>
        service.ApplicationBuilder.PublishesToAzure()
            ? service.PublishAsAzureContainerApp((_, app) =>
            {
                app.Mount(DataShare, Data);
                app.Mount(CorporaShare, Corpora);
            })
            : service
                .WithAnnotation(new ContainerMountAnnotation("trainyard-data", Data, ContainerMountType.Volume, isReadOnly: false))
                .WithAnnotation(new ContainerMountAnnotation(corpora, Corpora, ContainerMountType.BindMount, isReadOnly: true));

    /// <summary>Aspire would give every service shares of its own; these are the environment's.</summary>
    public static void AddShares(AzureResourceInfrastructure infrastructure)
    {
        var environment = infrastructure.GetProvisionableResources().OfType<ContainerAppManagedEnvironment>().Single();
        var account = new StorageAccount("shared")
        {
            Kind = StorageKind.StorageV2,
            Sku = new StorageSku { Name = StorageSkuName.StandardLrs },
            MinimumTlsVersion = StorageMinimumTlsVersion.Tls1_2,
        };
        var files = new FileService("sharedFiles") { Parent = account };
        infrastructure.Add(account);
        infrastructure.Add(files);
        infrastructure.AddShare(DataShare, ContainerAppAccessMode.ReadWrite, account, files, environment);
        infrastructure.AddShare(CorporaShare, ContainerAppAccessMode.ReadOnly, account, files, environment);
    }

    private static void AddShare(
        this AzureResourceInfrastructure infrastructure, string name, ContainerAppAccessMode access, StorageAccount account, FileService files, ContainerAppManagedEnvironment environment)
    {
        var share = new FileShare($"{name}Share") { Parent = files, Name = name, ShareQuota = 1024, EnabledProtocol = FileShareEnabledProtocol.Smb };
        infrastructure.Add(share);
        infrastructure.Add(new ContainerAppManagedEnvironmentStorage($"{name}Storage")
        {
            Parent = environment,
            Name = name,
            ManagedEnvironmentStorageAzureFile = new()
            {
                ShareName = share.Name,
                AccountName = account.Name,
                AccountKey = new MemberExpression(account.GetKeys()[0].Compile(), "value"),
                AccessMode = access,
            },
        });
    }

    private static void Mount(this ContainerApp app, string share, string path)
    {
        app.Template.Volumes.Add(new ContainerAppVolume { Name = share, StorageType = ContainerAppStorageType.AzureFile, StorageName = share });
        foreach (var container in app.Template.Containers)
        {
            container.Value?.VolumeMounts.Add(new ContainerAppVolumeMount { VolumeName = share, MountPath = path });
        }
    }
}
