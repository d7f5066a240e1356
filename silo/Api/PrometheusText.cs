using System.Globalization;
using System.Text;

namespace P2PMiner.Silo.Api;

/// <summary>Writes the text format 0.0.4 of Prometheus: families of samples, each with its type and what it means.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>A value that goes up and down. Its samples are all those before the next family.</summary>
    public Family Gauge(string name, string help) => Begin(name, "gauge", help);

    /// <summary>A value that only grows until the process ends. Its name ends in _total.</summary>
    public Family Counter(string name, string help) => Begin(name, "counter", help);

    public override string ToString() => _text.ToString();

    private Family Begin(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return new(_text, name);
    }

    internal readonly struct Family(StringBuilder text, string name)
    {
        /// <summary>One sample; none if the value is not known.</summary>
        /// <param name="labels">Their values may be any text.</param>
        public Family Sample(double? value, params IReadOnlyList<(string Name, string Value)> labels)
        {
            if (value is not { } known)
            {
                return this;
            }

            text.Append(name);
            for (var i = 0; i < labels.Count; i++)
            {
                text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escape(labels[i].Value)).Append('"');
            }

            text.Append(labels.Count > 0 ? "} " : " ").Append(Number(known)).Append('\n');
            return this;
        }

        private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

        private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf"
            : value.ToString("R", CultureInfo.InvariantCulture);
    }
}
