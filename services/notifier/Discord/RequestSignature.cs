using System.Globalization;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Trainyard.Notifier.Discord;

/// <summary>Verifies that Discord sent a command: Ed25519 over the time and the body.</summary>
internal static class RequestSignature
{
    public const string Header = "X-Signature-Ed25519";
    public const string TimeHeader = "X-Signature-Timestamp";

    private const int KeyBytes = 32;
    private const int SignatureBytes = 64;

    // An older request may be a recorded one.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    public static bool IsValid(string publicKey, string signature, string time, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > MaxAge.TotalSeconds
            || FromHex(publicKey, KeyBytes) is not { } key || FromHex(signature, SignatureBytes) is not { } signed)
        {
            return false;
        }
        byte[] message = [.. Encoding.ASCII.GetBytes(time), .. body];
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(key));
        verifier.BlockUpdate(message, 0, message.Length);
        return verifier.VerifySignature(signed);
    }

    private static byte[]? FromHex(string text, int bytes) =>
        text.Length == bytes * 2 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
}
