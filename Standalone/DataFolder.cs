using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Standalone;

/// <summary>
/// The data folder, held by one process at a time: a second one would take the first one's running training for
/// abandoned. The lock goes with the process, however it ends.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    public const string LockName = "trainyard.lock";

    private readonly FileStream held;

    private DataFolder(FileStream held) => this.held = held;

    public static DataFolder Open(IServiceProvider services)
    {
        var root = services.GetRequiredService<AppPaths>().DataRoot;
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the data folder {root} can't be made ({exception.Message}). Set APP__DATA_ROOT to a folder it may write to.", exception);
        }
        var path = Path.Combine(root, LockName);
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartException($"the data folder {root} can't be written to. Set APP__DATA_ROOT to a folder it may write to.", exception);
        }
        catch (IOException exception)
        {
            throw new StartException($"the data folder {root} can't be used ({exception.Message}). Stop the other Trainyard or set APP__DATA_ROOT.", exception);
        }
    }

    public void Dispose() => held.Dispose();
}
