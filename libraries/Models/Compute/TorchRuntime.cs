using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Trainyard.Models.Compute;

/// <summary>
/// Settings of the process that make libtorch fast on a CPU, tried once and left out where they don't apply. They reach for functions that
/// TorchSharp does not offer, by names that belong to one version of libtorch, and so are looked up rather than relied on.
/// </summary>
public static partial class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static Settings? settings;

    /// <summary>What is in effect.</summary>
    /// <param name="KeepsFreedMemory">The allocator reuses freed pages instead of returning them to the system and faulting them in again.</param>
    /// <param name="MatrixLibrary"><c>oneDNN</c>, or libtorch's default.</param>
    public sealed record Settings(bool KeepsFreedMemory, string MatrixLibrary);

    /// <summary>Loads libtorch, once for the process, and sets how many threads it uses.</summary>
    /// <param name="threads">Threads; all cores when null. The same number gives the same results to the last bit.</param>
    public static Settings Prepare(int? threads)
    {
        lock (Gate)
        {
            if (settings is null)
            {
                SpinBriefly();
                settings = new(KeepFreedMemory(), RouteProductsThroughOneDnn() ? "oneDNN" : "default");
            }
            torch.set_num_threads(threads ?? Environment.ProcessorCount);
            return settings;
        }
    }

    /// <summary>Loads libtorch with all cores unless somebody has decided on a number already.</summary>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (settings is null)
                Prepare(threads: null);
        }
    }

    // A thread that waits for the others spins, by default for so long that on a machine with other work it keeps the very core they need: a
    // tenth of the speed where four processes share two cores. Spinning briefly costs an idle machine about a hundredth. libgomp reads this
    // when it is loaded, and .NET's own environment is a copy that it does not see.
    private static void SpinBriefly()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = SetEnvironment("GOMP_SPINCOUNT", "300", overwrite: 0);
    }

    /// <summary>
    /// Keeps the allocator to two arenas. Call it before the process has many threads. With an arena for each thread that computes, what one run
    /// frees the next can't use.
    /// </summary>
    /// <returns>Whether the allocator has such a setting.</returns>
    public static bool LimitArenas()
    {
        const int MaxArenas = -8;
        return Libc<MallOpt>("mallopt") is { } mallopt && mallopt(MaxArenas, 2) != 0;
    }

    /// <summary>Returns freed memory to the system, in about a tenth of a second: for the end of a run.</summary>
    /// <returns>Whether any was returned.</returns>
    public static bool ReleaseFreedMemory() => Libc<MallocTrim>("malloc_trim") is { } trim && trim(0) != 0;

    // Large tensors come and go every step. glibc would map each anew, and the kernel zero its pages: a fifth of a small model's step.
    private static bool KeepFreedMemory()
    {
        const int MaxMappings = -4, TrimThreshold = -1, TopPad = -2;
        return LimitArenas() && Libc<MallOpt>("mallopt") is { } mallopt
            && mallopt(MaxMappings, 0) != 0 && mallopt(TrimThreshold, int.MaxValue) != 0 && mallopt(TopPad, 64 << 20) != 0;
    }

    private static TFunction? Libc<TFunction>(string name)
        where TFunction : Delegate =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, name, out var address)
            ? Marshal.GetDelegateForFunctionPointer<TFunction>(address)
            : null;

    // MKL is slow on AMD, oneDNN fast on both. The only switch that selects oneDNN for float32 also allows it bfloat16 arithmetic, which it
    // uses where the CPU has AMX: there, and wherever a product turns out inexact, the default stays.
    private static bool RouteProductsThroughOneDnn()
    {
        const int OneDnn = 2, MatrixProducts = 3, Ieee = 1, AllowBfloat16 = 3;
        torch.InitializeDeviceType(DeviceType.CPU);
        if (!X86Base.IsSupported || HasAmx() || !NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var context)
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE", out var set))
            return false;

        var at = Marshal.GetDelegateForFunctionPointer<GlobalContext>(context)();
        var setPrecision = Marshal.GetDelegateForFunctionPointer<SetFloat32Precision>(set);
        setPrecision(at, OneDnn, MatrixProducts, AllowBfloat16);
        if (ProductsAreExact())
            return true;
        setPrecision(at, OneDnn, MatrixProducts, Ieee);
        return false;
    }

    private static bool HasAmx()
    {
        const int Bfloat16AndTiles = (1 << 22) | (1 << 24);
        return (X86Base.CpuId(7, 0).Edx & Bfloat16AndTiles) != 0;
    }

    private static bool ProductsAreExact()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var random = new torch.Generator(1);
        var (a, b) = (torch.empty(256, 256).normal_(0, 1, random), torch.empty(256, 256).normal_(0, 1, random));
        var exact = a.to(torch.float64).mm(b.to(torch.float64));
        var error = (a.mm(b).to(torch.float64) - exact).norm() / exact.norm();
        return error.item<double>() < 1e-5;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MallOpt(int parameter, int value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MallocTrim(nuint pad);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint GlobalContext();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetFloat32Precision(nint context, int backend, int operation, int precision);
}
