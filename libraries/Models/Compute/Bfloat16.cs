using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Trainyard.Models.Compute;

/// <summary>
/// Matrix products in bfloat16: libtorch's autocast, which TorchSharp doesn't expose. Its functions have mangled names of one libtorch
/// version, so they are looked up at run time.
/// </summary>
public static class Bfloat16
{
    private const sbyte Cpu = 0;
    private const sbyte Bfloat16Type = 15;

    private static readonly Lazy<Functions?> Library = new(Find);

    /// <summary>Whether libtorch has the functions.</summary>
    public static bool IsAvailable => Library.Value is not null;

    /// <summary>Whether this CPU computes in bfloat16, which makes products about twice as fast as in float32.</summary>
    public static bool IsFast => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (HasAvx512() || HasTiles());

    /// <summary>The precision that a request means on this machine: float32 or bfloat16.</summary>
    public static Precision Resolve(Precision requested) => requested switch
    {
        Precision.Fp32 => Precision.Fp32,
        Precision.Auto when !IsFast => Precision.Fp32,
        _ => IsAvailable ? Precision.Bf16 : Precision.Fp32,
    };

    /// <summary>
    /// Computes products of float32 tensors on this thread in bfloat16 until it is disposed. Dispose it on the same thread, before the
    /// backward pass.
    /// </summary>
    /// <exception cref="NotSupportedException">libtorch doesn't have the functions.</exception>
    internal static IDisposable Products() => new Scope(
        Library.Value ?? throw new NotSupportedException("This version of libtorch has no products in bfloat16 that Trainyard can reach."));

    private static bool HasAvx512() => (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    private static bool HasTiles() => (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;

    private static Functions? Find()
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        return NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "torch_cpu.dll" : "libtorch_cpu.so", out var library)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", out var type)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out var enable)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out var clear)
                ? new(
                    Marshal.GetDelegateForFunctionPointer<SetType>(type),
                    Marshal.GetDelegateForFunctionPointer<SetEnabled>(enable),
                    Marshal.GetDelegateForFunctionPointer<ClearCache>(clear))
                : null;
    }

    private sealed record Functions(SetType SetType, SetEnabled SetEnabled, ClearCache ClearCache);

    private sealed class Scope : IDisposable
    {
        private readonly Functions functions;

        public Scope(Functions functions)
        {
            this.functions = functions;
            functions.SetType(Cpu, Bfloat16Type);
            functions.SetEnabled(Cpu, 1);
        }

        // The cache holds the weights in bfloat16. The optimizer changes the weights before the next forward pass.
        public void Dispose()
        {
            functions.SetEnabled(Cpu, 0);
            functions.ClearCache();
        }
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetType(sbyte device, sbyte type);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetEnabled(sbyte device, byte enabled);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void ClearCache();
}
