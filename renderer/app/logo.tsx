// The mark: a sluice gate, raised, and the water beneath it.
export function Logo({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="7" fill="#16283a" /><path d="M6 5.5h3v21H6zM23 5.5h3v21h-3z" fill="#8fa6bb" /><path d="M10.5 5.5h11v8.5h-11z" fill="#dfe8f0" />
      <path d="M10.5 8.3h11M10.5 11.1h11" stroke="#8fa6bb" strokeWidth="1" /><path d="M10.5 18.2c1.9-1.5 3.6-1.5 5.5 0s3.6 1.5 5.5 0v8.3h-11z" fill="#2f9fe0" />
    </svg>
  );
}
