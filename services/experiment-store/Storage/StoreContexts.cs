
namespace Trainyard.ExperimentStore.Storage;

/// <summary>Opens contexts of the configured database.</summary>
internal sealed class StoreContexts(Func<StoreContext> open)
{
    public StoreContext Open() => open();
}
