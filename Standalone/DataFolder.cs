using Trainyard.Backups;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Standalone;

/// <summary>
/// An exclusive lock on the data folder: a second process would treat the first one's running training as abandoned. The operating system
/// releases it when the process ends.
/// </summary>
internal sealed class DataFolder : IDisposable
{
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
            throw new StartException(
                $"the data folder {root} can't be created ({exception.Message}). Set APP__DATA_ROOT to a writable folder.", exception);
        }
        var path = Path.Combine(root, DataPaths.LockName);
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartException(
                $"the data folder {root} is not writable. Set APP__DATA_ROOT to a writable folder.", exception);
        }
        catch (IOException exception)
        {
            throw new StartException(
                $"the data folder {root} can't be locked ({exception.Message}). "
                + "Stop the other Trainyard that uses it, or set APP__DATA_ROOT to another folder.",
                exception);
        }
    }

    public void Dispose() => held.Dispose();
}
