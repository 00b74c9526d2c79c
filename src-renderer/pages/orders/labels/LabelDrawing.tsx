import { code128, datamatrix, drawingSVG, qrcode } from 'bwip-js/browser';
import { type CodeShapes, codeShapes, placeCode } from '../../../../src-shared/domain/labels/code-paths.ts';
import type { Mark } from '../../../../src-shared/domain/labels/layout.ts';
import type { LabelCode, LabelSize } from '../../../../src-shared/domain/labels/sizes.ts';

/** One label as a picture in millimetres, the same marks as in the PDF. */
export function LabelDrawing({ size, marks, label }: { size: LabelSize; marks: readonly Mark[]; label: string }) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size.widthMm} ${size.heightMm}`}
      width={`${size.widthMm}mm`}
      height={`${size.heightMm}mm`}
    >
      {marks.map((mark) =>
        mark.kind === 'text' ? (
          <text
            key={`${mark.x},${mark.y}`}
            x={mark.x}
            y={mark.y}
            fontSize={mark.sizeMm * 0.9}
            fontWeight={mark.bold ? 700 : 400}
          >
            {mark.text}
          </text>
        ) : (
          <Code key={`${mark.x},${mark.y}`} mark={mark} />
        ),
      )}
    </svg>
  );
}

function Code({ mark }: { mark: Mark & { kind: 'code' } }) {
  const shapes = shapesOf(mark.code, mark.content);
  const { x, y, across, down } = placeCode(mark, shapes);
  return (
    <g transform={`translate(${x} ${y}) scale(${across} ${down})`} shapeRendering="crispEdges">
      {shapes.paths.map(({ d, stroke }) => (
        <path
          key={d}
          d={d}
          {...(stroke === null ? { fillRule: 'evenodd' } : { stroke: '#000', strokeWidth: stroke })}
        />
      ))}
    </g>
  );
}

function shapesOf(code: LabelCode, content: string): CodeShapes {
  if (code === 'qrcode') return codeShapes(qrcode({ bcid: code, text: content }, drawingSVG()));
  const draw = code === 'code128' ? code128 : datamatrix;
  return codeShapes(draw({ bcid: code, text: content }, drawingSVG()));
}
