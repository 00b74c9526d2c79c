import { type RefObject, useEffect } from 'react';

/** Says on the element at which of its sides something is scrolled out of sight: `data-hidden-left`, `data-hidden-right`. */
export function useHiddenSides(scroller: RefObject<HTMLElement | null>, isShown: boolean) {
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isShown) return;
    const say = () => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      element.toggleAttribute('data-hidden-left', scrollLeft > 1);
      element.toggleAttribute('data-hidden-right', scrollLeft + clientWidth < scrollWidth - 1);
    };
    const sizes = new ResizeObserver(say);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    element.addEventListener('scroll', say, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', say);
    };
  }, [scroller, isShown]);
}
