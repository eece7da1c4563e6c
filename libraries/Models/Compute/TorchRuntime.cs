using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Trainyard.Models.Compute;

/// <summary>
/// Process-wide settings that make libtorch fast on CPUs, skipped where they don't apply. They call functions that TorchSharp doesn't
/// expose, under mangled names of one libtorch version, so the names are looked up at run time.
/// </summary>
public static partial class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static Settings? settings;

    /// <summary>The settings in effect.</summary>
    /// <param name="KeepsFreedMemory">Whether the allocator reuses freed pages instead of returning them to the system.</param>
    /// <param name="MatrixLibrary"><c>oneDNN</c>, or libtorch's default.</param>
    public sealed record Settings(bool KeepsFreedMemory, string MatrixLibrary);

    /// <summary>Loads libtorch once per process and sets its number of threads.</summary>
    /// <param name="threads">Threads; all cores when null. Results are bit-identical only for the same number.</param>
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

    /// <summary>Loads libtorch with all cores, unless it is loaded already.</summary>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (settings is null)
            {
                Prepare(threads: null);
            }
        }
    }

    // Waiting OpenMP threads spin, by default so long that on a busy machine they block the cores the others need: training runs at a tenth
    // of the speed when four processes share two cores. Spinning briefly costs about 1 % on an idle machine. libgomp reads the variable
    // from the C environment when it is loaded; .NET's environment is a copy.
    private static void SpinBriefly()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetEnvironment("GOMP_SPINCOUNT", "300", overwrite: 0);
        }
    }

    /// <summary>
    /// Limits the allocator to two arenas. Call it before the process has many threads. With an arena per compute thread, a run can't reuse
    /// memory freed by the previous run.
    /// </summary>
    /// <returns>Whether the allocator supports the setting.</returns>
    public static bool LimitArenas()
    {
        const int MaxArenas = -8;
        return Libc<MallOpt>("mallopt") is { } mallopt && mallopt(MaxArenas, 2) != 0;
    }

    /// <summary>Returns freed memory to the system. Takes about 0.1 s, so call it at the end of a run.</summary>
    /// <returns>Whether any was returned.</returns>
    public static bool ReleaseFreedMemory() => Libc<MallocTrim>("malloc_trim") is { } trim && trim(0) != 0;

    // Large tensors are allocated every step. glibc would map each anew and the kernel zero its pages: 20 % of a small model's step.
    private static bool KeepFreedMemory()
    {
        const int MaxMappings = -4, TrimThreshold = -1, TopPad = -2;
        return LimitArenas() && Libc<MallOpt>("mallopt") is { } mallopt
            && mallopt(MaxMappings, 0) != 0 && mallopt(TrimThreshold, int.MaxValue) != 0 && mallopt(TopPad, 64 << 20) != 0;
    }

    private static TFunction? Libc<TFunction>(string name)
        where TFunction : Delegate =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var libc)
        && NativeLibrary.TryGetExport(libc, name, out var address)
            ? Marshal.GetDelegateForFunctionPointer<TFunction>(address)
            : null;

    // MKL is slow on AMD; oneDNN is fast on AMD and Intel. The only switch that selects oneDNN for float32 also allows bfloat16 arithmetic,
    // which it uses on CPUs with AMX. There, and wherever a test product is inexact, keep the default.
    private static bool RouteProductsThroughOneDnn()
    {
        const int OneDnn = 2, MatrixProducts = 3, Ieee = 1, AllowBfloat16 = 3;
        torch.InitializeDeviceType(DeviceType.CPU);
        if (!X86Base.IsSupported || HasAmx() || !NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var context)
            || !NativeLibrary.TryGetExport(
                library,
                "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE",
                out var set))
        {
            return false;
        }

        var at = Marshal.GetDelegateForFunctionPointer<GlobalContext>(context)();
        var setPrecision = Marshal.GetDelegateForFunctionPointer<SetFloat32Precision>(set);
        setPrecision(at, OneDnn, MatrixProducts, AllowBfloat16);
        if (ProductsAreExact())
        {
            return true;
        }
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
        return error.Double() < 1e-5;
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
