using Aspire.Hosting.Azure;
using Azure.Provisioning.AppContainers;
using Azure.Provisioning.Expressions;
using Azure.Provisioning.Storage;
using FileShare = Azure.Provisioning.Storage.FileShare;

namespace Trainyard.AppHost;

/// <summary>The services' shared folders as two file shares: one for data they write, one for corpora.</summary>
internal static class SharedFolders
{
    private const string DataShare = "data";
    private const string CorporaShare = "corpora";

    public static void MountSharedFolders(this ContainerApp app)
    {
        app.Mount(DataShare, Folders.ContainerData);
        app.Mount(CorporaShare, Folders.ContainerCorpora);
    }

    /// <summary>Adds the shares to the environment. Aspire's volumes would create a separate share for each service.</summary>
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
        this AzureResourceInfrastructure infrastructure, string name, ContainerAppAccessMode access,
        StorageAccount account, FileService files, ContainerAppManagedEnvironment environment)
    {
        var share = new FileShare($"{name}Share")
        {
            Parent = files,
            Name = name,
            ShareQuota = 1024,
            EnabledProtocol = FileShareEnabledProtocol.Smb,
        };
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
        app.Template.Volumes.Add(
            new ContainerAppVolume { Name = share, StorageType = ContainerAppStorageType.AzureFile, StorageName = share });
        foreach (var container in app.Template.Containers)
        {
            container.Value?.VolumeMounts.Add(new ContainerAppVolumeMount { VolumeName = share, MountPath = path });
        }
    }
}
