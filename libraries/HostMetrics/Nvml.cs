using System.Runtime.InteropServices;
using System.Text;

namespace Trainyard.HostMetrics;

/// <summary>
/// NVIDIA's management library, which comes with the driver. Names, codes and layouts are those of its <c>nvml.h</c>. Null where an
/// older library lacks a function or a card doesn't report a figure.
/// </summary>
public sealed class Nvml : IDisposable
{
    private const int Success = 0;
    private const int CoreTemperature = 0;
    private const int MaxText = 96;

    private readonly nint library;

    private Nvml(nint library) => this.library = library;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Plain();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Count(out uint count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int HandleByIndex(uint index, out nint device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Text(nint device, [Out] byte[] text, uint length);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Number(nint device, out uint value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Temperature(nint device, int sensor, out uint degrees);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Utilization(nint device, out UtilizationRates rates);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Memory(nint device, out MemoryInfo memory);

    /// <summary>Opens the library, or returns null if the library or its driver is missing.</summary>
    /// <param name="path">The library's file; null looks for the one that the driver installs.</param>
    public static Nvml? TryOpen(string? path = null)
    {
        if (!NativeLibrary.TryLoad(path ?? (OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1"), out var library))
        {
            return null;
        }
        var nvml = new Nvml(library);
        if (nvml.Find<Plain>("nvmlInit_v2") is { } start && start() == Success)
        {
            return nvml;
        }
        NativeLibrary.Free(library);
        return null;
    }

    /// <summary>The GPUs that answer; empty if the library can't list any.</summary>
    public IReadOnlyList<GpuStatus> Read()
    {
        if (Find<Count>("nvmlDeviceGetCount_v2") is not { } count || count(out var devices) != Success
            || Find<HandleByIndex>("nvmlDeviceGetHandleByIndex_v2") is not { } handle)
        {
            return [];
        }
        var gpus = new List<GpuStatus>();
        for (var index = 0u; index < devices; index++)
        {
            if (handle(index, out var device) == Success)
            {
                gpus.Add(Read((int)index, device));
            }
        }
        return gpus;
    }

    /// <summary>Shuts the library down and unloads it.</summary>
    public void Dispose()
    {
        Find<Plain>("nvmlShutdown")?.Invoke();
        NativeLibrary.Free(library);
    }

    private GpuStatus Read(int index, nint device)
    {
        MemoryInfo? memory = Find<Memory>("nvmlDeviceGetMemoryInfo") is { } ofMemory && ofMemory(device, out var bytes) == Success
            ? bytes
            : null;
        return new(
            index, ReadText("nvmlDeviceGetName", device) ?? "NVIDIA", ReadText("nvmlDeviceGetUUID", device),
            Find<Utilization>("nvmlDeviceGetUtilizationRates") is { } use && use(device, out var rates) == Success ? rates.Gpu : null,
            (long?)memory?.Used, (long?)memory?.Total,
            Find<Temperature>("nvmlDeviceGetTemperature") is { } heat && heat(device, CoreTemperature, out var degrees) == Success
                ? degrees
                : null,
            Find<Number>("nvmlDeviceGetPowerUsage") is { } power && power(device, out var milliwatts) == Success
                ? milliwatts / 1000.0
                : null);
    }

    private string? ReadText(string function, nint device)
    {
        var text = new byte[MaxText];
        return Find<Text>(function) is { } read && read(device, text, MaxText) == Success
            ? Encoding.UTF8.GetString(text.AsSpan(0, Math.Max(0, text.AsSpan().IndexOf((byte)0))))
            : null;
    }

    private TDelegate? Find<TDelegate>(string function) where TDelegate : Delegate =>
        NativeLibrary.TryGetExport(library, function, out var address) ? Marshal.GetDelegateForFunctionPointer<TDelegate>(address) : null;

    /// <summary><c>nvmlUtilization_t</c>: percent of the last sample period.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct UtilizationRates
    {
        public readonly uint Gpu;
        public readonly uint Memory;
    }

    /// <summary><c>nvmlMemory_t</c>, in bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MemoryInfo
    {
        public readonly ulong Total;
        public readonly ulong Free;
        public readonly ulong Used;
    }
}
