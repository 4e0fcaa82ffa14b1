// Texts of `sluice agent avro-client`.
import type { cliAvroClient as source } from '../en/cli-avro-client.ts';

export const cliAvroClient: typeof source = {
  help: `用法:sluice agent avro-client --host 主机 --port 端口 [--filename 文件 | --dirname 文件夹] [--headerFile 文件]
      sluice agent avro-client --rpcProps 文件 [...]

把文件、文件夹中各文件或标准输入的每一行作为一个事件发给 Sluice 或 Flume 的 Avro 源,每批五个,每批都等到确认后再发下一批。

 -H, --host 主机          源所在的机器
 -p, --port 端口          它的端口
 -F, --filename 文件      要发送的文件
     --dirname 文件夹     发送文件夹中的文件,从最旧的开始;送达后改名为 名称.COMPLETED
 -R, --headerFile 文件    properties 文件:其中的键和值成为每个事件的头
 -P, --rpcProps 文件      发往哪里、怎样发,与 Flume 客户端相同:hosts、hosts.名称、batch-size、compression-type、ssl 等
 -D键=值                  javax.net.ssl.trustStore 等 TLS 属性
 -h, --help               显示本说明
`,
  sent: (p) => `已发送 ${p.events} 个事件`,
};
